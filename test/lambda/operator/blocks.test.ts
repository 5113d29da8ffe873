import { describe, expect, it } from 'vitest';
import { loggedClientId } from '../../../lambda/authorization-server/client-registry.ts';
import { digest } from '../../../lambda/authorization-server/digest.ts';
import { aGrant, now } from '../store/records.ts';
import { ada, anOperator, codeOf, onlyEvent } from './an-operator.ts';

const revocation = (kind: string, value: string) => ({
  kind,
  digest: digest(value),
  revokedAt: now,
});

describe('access tokens that are out', () => {
  it.each([
    ['revoke-grants', { subject: ada.subject }],
    ['sign-out-user', { username: 'ada' }],
    ['disable-user', { username: 'ada' }],
  ])('end with %s, because an hour is long for a thief', async (action, target) => {
    const { operate, store } = anOperator();
    const result = await operate({ action, ...target });
    expect(result.ok && result.value.steps.at(-1)).toBe('access_tokens_revoked');
    expect(await store.revocations(now)).toEqual([revocation('subject', ada.subject)]);
  });

  it('end with disable-user also when Cognito does not answer', async () => {
    const { operate, store } = anOperator({
      AdminDisableUser: () => {
        throw new Error('throttled');
      },
    });
    await expect(operate({ action: 'disable-user', subject: ada.subject })).rejects.toThrow();
    expect(await store.revocations(now)).toHaveLength(1);
  });

  it('do not end with enable-user', async () => {
    const { operate, store } = anOperator();
    await operate({ action: 'enable-user', username: 'ada' });
    expect(await store.revocations(now)).toEqual([]);
  });
});

describe('block-client', () => {
  it('blocks the client and ends the sign-ins of its grants, and nobody else’s', async () => {
    const { operate, store, events } = anOperator();
    const clientId = 'dyn.eyJraWQiOiIxIn0.x';
    await store.putGrant(aGrant({ clientId, originTokenId: 'o-1' }));
    await store.putGrant(aGrant({ clientId, originTokenId: 'o-2', expiresAt: now - 1 }));
    await store.putGrant(aGrant({ originTokenId: 'o-3' }));
    const named = loggedClientId(clientId);
    expect(await operate({ action: 'block-client', clientId: named })).toEqual({
      ok: true,
      value: {
        action: 'block-client',
        revokedSignIns: 2,
        steps: ['client_blocked', 'access_tokens_revoked'],
      },
    });
    const revocations = await store.revocations(now);
    expect(revocations).toHaveLength(3);
    expect(revocations).toEqual(
      expect.arrayContaining([
        revocation('client', named),
        revocation('sign-in', 'o-1'),
        revocation('sign-in', 'o-2'),
      ]),
    );
    const event = onlyEvent(events);
    expect(event).toMatchObject({ entity: { type: 'OAuth client', uid: named } });
    expect(event.unmapped.evidence).toMatchObject({ action: 'block-client', revokedSignIns: 2 });
  });

  it('takes the whole id as well as its name in the log, because either may be at hand', async () => {
    const { operate, store } = anOperator();
    await operate({ action: 'block-client', clientId: 'dyn.eyJraWQiOiIxIn0.x' });
    expect(await store.revocations(now)).toEqual([
      revocation('client', loggedClientId('dyn.eyJraWQiOiIxIn0.x')),
    ]);
  });

  it('ends the sign-ins of hundreds of grants', async () => {
    const { operate, store } = anOperator();
    const clientId = 'https://client.example/metadata.json';
    for (let index = 0; index < 130; index += 1)
      await store.putGrant(aGrant({ clientId, originTokenId: `o-${index}` }));
    await operate({ action: 'block-client', clientId });
    expect(await store.revocations(now)).toHaveLength(131);
  });

  it('is lifted by unblock-client, and lifting what is not there is harmless', async () => {
    const { operate, store } = anOperator();
    await operate({ action: 'block-client', clientId: 'client-1' });
    await operate({ action: 'unblock-client', clientId: 'client-1' });
    expect(await operate({ action: 'unblock-client', clientId: 'client-1' })).toMatchObject({
      ok: true,
    });
    expect(await store.revocations(now)).toEqual([]);
  });
});

describe('block-tenant', () => {
  it('blocks and is lifted; both are on the record with the tenant', async () => {
    const { operate, store, events } = anOperator();
    await operate({ action: 'block-tenant', tenant: 'acme' });
    expect(await store.revocations(now)).toEqual([revocation('tenant', 'acme')]);
    await operate({ action: 'unblock-tenant', tenant: 'acme' });
    expect(await store.revocations(now)).toEqual([]);
    expect(events).toMatchObject([
      { metadata: { tenant_uid: 'acme' }, entity: { type: 'Tenant', uid: 'acme' } },
      { metadata: { tenant_uid: 'acme' }, entity: { type: 'Tenant', uid: 'acme' } },
    ]);
  });
});

describe('a request', () => {
  it.each([
    [{ action: 'block-client' }, 'exactly one of clientId must be given'],
    [{ action: 'block-client', clientId: 'a b' }, "'clientId' must be a client id"],
    [
      { action: 'block-client', tenant: 'acme' },
      "'tenant' is not allowed here, only clientId, reference",
    ],
    [{ action: 'block-tenant', tenant: 'a\nb' }, "'tenant' must be 1 to 128 characters"],
    [
      { action: 'unblock-tenant', clientId: 'x' },
      "'clientId' is not allowed here, only tenant, reference",
    ],
  ])('%j is refused and does nothing', async (request, problem) => {
    const { operate, store, events } = anOperator();
    const result = await operate(request);
    expect(result.ok || JSON.stringify(result.error)).toContain(problem);
    expect(await store.revocations(now)).toEqual([]);
    expect(codeOf(events[0] as never)).toBe('operator.refused');
  });
});
