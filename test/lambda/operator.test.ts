import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OperatorFault } from '../../lambda/operator/operator.ts';
import {
  ada,
  anOperator,
  codeOf,
  cognitoUser,
  eve,
  gone,
  listUsers,
  onlyEvent,
  putGrants,
  throttled,
  userPoolId,
} from './operator/an-operator.ts';
import { aGrant, now } from './store/records.ts';

describe('revoke-grants', () => {
  it('deletes every grant of a subject and signs the user out, because both outlive a stolen client', async () => {
    const { operate, store, namesCalled, calls } = anOperator();
    const ids = await putGrants(store, { subject: ada.subject }, { subject: ada.subject });
    const [other] = await putGrants(store, { subject: eve.subject });
    const result = await operate({ action: 'revoke-grants', subject: ada.subject });
    expect(result).toEqual({
      ok: true,
      value: {
        action: 'revoke-grants',
        ...ada,
        deletedGrants: ids,
        steps: ['grants_deleted', 'user_signed_out', 'access_tokens_revoked'],
      },
    });
    expect(namesCalled()).toEqual(['ListUsers', 'AdminUserGlobalSignOut']);
    expect(calls[1]?.input).toEqual({ UserPoolId: userPoolId, Username: 'ada' });
    expect(await store.grantsOf(ada.subject, now)).toEqual([]);
    expect(await store.getGrant(other, now)).toBeDefined();
  });

  it('deletes one grant by id and signs its user out, because a log line names the grant', async () => {
    const { operate, store } = anOperator();
    const [stolen, kept] = await putGrants(
      store,
      { subject: ada.subject },
      { subject: ada.subject },
    );
    const result = await operate({ action: 'revoke-grants', grantId: stolen });
    expect(result).toMatchObject({ ok: true, value: { ...ada, deletedGrants: [stolen] } });
    expect(await store.getGrant(kept as string, now)).toBeDefined();
  });

  it.each([
    ['a grant that is gone', { grantId: randomUUID() }, []],
    ['a subject without grants', { subject: ada.subject }, ['ListUsers', 'AdminUserGlobalSignOut']],
  ])('succeeds for %s, because running it again must be harmless', async (_, target, called) => {
    const { operate, namesCalled } = anOperator();
    const result = await operate({ action: 'revoke-grants', ...target });
    expect(result).toMatchObject({ ok: true, value: { deletedGrants: [] } });
    expect(namesCalled()).toEqual(called);
  });

  it.each([
    ['before', { ListUsers: () => ({ Users: [] }) }],
    ['meanwhile', { AdminUserGlobalSignOut: gone }],
  ])(
    'deletes the grants of a user who was deleted %s, because their record outlives the user',
    async (_, answers) => {
      const { operate, store } = anOperator(answers);
      const ids = await putGrants(store, { subject: ada.subject });
      const result = await operate({ action: 'revoke-grants', subject: ada.subject });
      expect(result).toMatchObject({
        ok: true,
        value: { deletedGrants: ids, steps: ['grants_deleted', 'access_tokens_revoked'] },
      });
    },
  );
});

describe('sign-out-user, disable-user, enable-user', () => {
  it.each([
    ['sign-out-user', ['AdminUserGlobalSignOut'], ['user_signed_out', 'access_tokens_revoked']],
    ['enable-user', ['AdminEnableUser'], ['user_enabled']],
    [
      'disable-user',
      ['AdminDisableUser', 'AdminUserGlobalSignOut'],
      ['user_disabled', 'user_signed_out', 'grants_deleted', 'access_tokens_revoked'],
    ],
  ])(
    '%s works on the user of a subject and of a user name, because logs show one and consoles the other',
    async (action, called, steps) => {
      for (const user of [ada, eve]) {
        for (const target of [{ subject: user.subject }, { username: user.username }]) {
          const { operate, calls, namesCalled } = anOperator();
          const result = await operate({ action, ...target });
          expect(result).toMatchObject({ ok: true, value: { action, ...user, steps } });
          expect(namesCalled()).toEqual(['ListUsers', ...called]);
          for (const { input } of calls.slice(1))
            expect(input).toEqual({ UserPoolId: userPoolId, Username: user.username });
        }
      }
    },
  );

  it('disable-user deletes the grants too, also by user name, because the handles are out there', async () => {
    const { operate, store } = anOperator();
    const ids = await putGrants(store, { subject: ada.subject }, { subject: ada.subject });
    const result = await operate({ action: 'disable-user', username: 'ada' });
    expect(result).toMatchObject({ ok: true, value: { deletedGrants: ids } });
  });

  it.each(['disable-user', 'enable-user', 'sign-out-user'])(
    '%s refuses a user who is not there, because a typing error must not look like success',
    async (action) => {
      const { operate, events, namesCalled } = anOperator();
      const result = await operate({ action, subject: randomUUID() });
      expect(result).toEqual({ ok: false, error: { reason: 'user_not_found' } });
      expect(namesCalled()).toEqual(['ListUsers']);
      expect(onlyEvent(events)).toMatchObject({ status_code: 'user_not_found', status_id: 2 });
      expect(codeOf(onlyEvent(events))).toBe('operator.refused');
    },
  );

  it.each([
    ['disable-user', 'AdminDisableUser'],
    ['enable-user', 'AdminEnableUser'],
    ['sign-out-user', 'AdminUserGlobalSignOut'],
  ])(
    '%s refuses a user who is deleted meanwhile, because Cognito then says UserNotFoundException',
    async (action, call) => {
      const { operate } = anOperator({ [call]: gone });
      const result = await operate({ action, ...{ subject: ada.subject } });
      expect(result).toEqual({ ok: false, error: { reason: 'user_not_found' } });
    },
  );

  it('finds a user behind empty pages, because a filtered list may have them', async () => {
    const { operate, calls } = anOperator({
      ListUsers: (input, call) =>
        call < 3 ? { Users: [], PaginationToken: `page-${call}` } : listUsers(input, call),
    });
    const result = await operate({ action: 'sign-out-user', subject: ada.subject });
    expect(result.ok).toBe(true);
    expect(calls.slice(0, 3).map(({ input }) => input.PaginationToken)).toEqual([
      ...[undefined, 'page-1', 'page-2'],
    ]);
  });

  it('gives up on a list that never ends, because a loop is not an answer', async () => {
    const { operate } = anOperator({ ListUsers: () => ({ PaginationToken: 'again' }) });
    await expect(operate({ action: 'sign-out-user', username: 'ada' })).rejects.toThrow(
      OperatorFault,
    );
  });

  it.each([
    ['somebody else', [cognitoUser(eve)]],
    ['everybody', [cognitoUser(eve), cognitoUser({ ...eve, username: 'mallory' })]],
    ['a user without a name', [{ Attributes: [{ Name: 'sub', Value: ada.subject }] }]],
    ['a user without attributes', [{ Username: 'ada' }]],
  ])(
    'touches nobody when the pool answers with %s, because the aim is compared again',
    async (_, Users) => {
      const { operate, namesCalled } = anOperator({ ListUsers: () => ({ Users }) });
      const result = await operate({ action: 'disable-user', subject: ada.subject });
      expect(result).toEqual({ ok: false, error: { reason: 'user_not_found' } });
      expect(namesCalled()).toEqual(['ListUsers']);
    },
  );
});

describe('list-app-clients', () => {
  it('collects all pages and hands out names and ids only, because the pool may have hundreds', async () => {
    const { operate, calls } = anOperator({
      ListUserPoolClients: (_, call) => ({
        UserPoolClients: [{ ClientId: `id-${call}`, ClientName: `n-${call}`, UserPoolId: 'x' }],
        ...(call < 3 && { NextToken: `page-${call}` }),
      }),
    });
    expect(await operate({ action: 'list-app-clients' })).toEqual({
      ok: true,
      value: {
        action: 'list-app-clients',
        appClients: [1, 2, 3].map((n) => ({ clientId: `id-${n}`, clientName: `n-${n}` })),
        steps: ['app_clients_listed'],
      },
    });
    expect(calls.map(({ input }) => input.NextToken)).toEqual([undefined, 'page-1', 'page-2']);
  });

  it('stops after 20 pages with a token to go on, because a result has a size limit', async () => {
    const { operate, calls } = anOperator({
      ListUserPoolClients: ({ NextToken }) => ({ NextToken: `${NextToken ?? ''}+` }),
    });
    const result = await operate({ action: 'list-app-clients', nextToken: 'from' });
    expect(calls).toHaveLength(20);
    expect(calls[0]?.input.NextToken).toBe('from');
    expect(result).toMatchObject({ ok: true, value: { nextToken: `from${'+'.repeat(20)}` } });
  });
});

describe('faults', () => {
  it.each([
    ['sign-out-user', 'AdminUserGlobalSignOut', 'nothing'],
    ['enable-user', 'AdminEnableUser', 'nothing'],
    ['enable-user', 'ListUsers', 'nothing'],
    ['revoke-grants', 'AdminUserGlobalSignOut', 'grants_deleted, access_tokens_revoked'],
    ['disable-user', 'ListUsers', 'grants_deleted, access_tokens_revoked'],
    ['disable-user', 'AdminDisableUser', 'grants_deleted, access_tokens_revoked'],
    [
      'disable-user',
      'AdminUserGlobalSignOut',
      'user_disabled, grants_deleted, access_tokens_revoked',
    ],
  ])(
    '%s with %s throttled throws and says what is done, because half an action must be run again',
    async (action, call, done) => {
      const { operate, events } = anOperator({ [call]: throttled });
      const event = { action, subject: ada.subject, reference: 'INC-42' };
      await expect(operate(event)).rejects.toThrow(
        `${action} stopped by TooManyRequestsException after: ${done}; run it again`,
      );
      const recorded = onlyEvent(events);
      expect(codeOf(recorded)).toBe('fault.unexpected');
      expect(recorded).toMatchObject({ severity_id: 4, status_code: 'TooManyRequestsException' });
      expect(recorded.unmapped.evidence).toMatchObject({ action, reference: 'INC-42' });
    },
  );

  it('still deletes the grants when Cognito does not answer, because containment must not stop half-way', async () => {
    const { operate, store } = anOperator({ ListUsers: throttled });
    await putGrants(store, { subject: ada.subject });
    await expect(operate({ action: 'disable-user', subject: ada.subject })).rejects.toThrow();
    expect(await store.grantsOf(ada.subject, now)).toEqual([]);
  });

  it('finishes when run again, because every action is idempotent', async () => {
    const { operate, store } = anOperator({
      AdminUserGlobalSignOut: (input, call) => (call === 1 ? throttled(input, call) : {}),
    });
    await putGrants(store, { subject: ada.subject });
    const event = { action: 'disable-user', subject: ada.subject };
    await expect(operate(event)).rejects.toThrow(OperatorFault);
    expect(await operate(event)).toMatchObject({ ok: true, value: { deletedGrants: [] } });
  });
});

describe('the security log', () => {
  it('holds one event per action with subject, grants and reference, because the review starts there', async () => {
    const { operate, store, events } = anOperator();
    await putGrants(store, { subject: ada.subject });
    await operate({ action: 'revoke-grants', subject: ada.subject, reference: 'INC-42' });
    expect(onlyEvent(events)).toMatchObject({
      class_uid: 3004,
      activity_id: 3,
      type_uid: 300403,
      status_id: 1,
      entity: { type: 'User', uid: ada.subject },
      metadata: {
        event_code: 'operator.acted',
        correlation_uid: 'invocation-1',
        product: { feature: { name: 'operator' } },
      },
      unmapped: {
        evidence: {
          action: 'revoke-grants',
          reference: 'INC-42',
          steps: ['grants_deleted', 'user_signed_out', 'access_tokens_revoked'],
          deletedGrantCount: 1,
        },
      },
    });
    expect(JSON.stringify(events)).not.toMatch(/grant-\d/);
  });

  it.each([
    ['disable-user', 9, 300409],
    ['enable-user', 3, 300403],
    ['sign-out-user', 3, 300403],
  ])(
    'says %s as OCSF activity %i, because Disable has a number of its own',
    async (action, activity, type) => {
      const { operate, events } = anOperator();
      await operate({ action, subject: ada.subject });
      expect(onlyEvent(events)).toMatchObject({ activity_id: activity, type_uid: type });
    },
  );

  it('never holds the user name, sealed tokens or handles, because a log has more readers than the table', async () => {
    const { operate, store, events } = anOperator();
    const grant = aGrant({ subject: ada.subject, username: 'ada', clientName: 'secret-name' });
    await store.putGrant(grant);
    const results = [
      await operate({ action: 'disable-user', username: eve.username }),
      await operate({ action: 'revoke-grants', subject: ada.subject }),
    ];
    const { sealedHandle, sealedUpstreamRefreshToken, handleHash } = grant;
    for (const secret of [sealedHandle, sealedUpstreamRefreshToken, handleHash])
      expect(JSON.stringify([events, results])).not.toContain(secret);
    expect(JSON.stringify(events)).not.toContain(eve.username);
  });
});
