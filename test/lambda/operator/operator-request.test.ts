import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorFault } from '../../../lambda/operator/operator.ts';
import { now } from '../store/records.ts';
import { ada, anOperator, codeOf, onlyEvent, putGrants } from './an-operator.ts';

describe('what an operator may not ask for', () => {
  const hostile = [
    '',
    'not-a-uuid',
    `${ada.subject}" or username = "eve`,
    `${ada.subject}\\`,
    `${ada.subject}\n`,
    ` ${ada.subject}`,
    `${ada.subject}*`,
    '*',
    '" ',
    'x" or sub ^= "',
    'ada\\"',
    'a b',
    'a\u0000b',
    'a\u202eb',
    'x'.repeat(129),
  ];

  it.each(hostile.slice(0, 9))(
    'refuses subject %j, because it would end up in a filter',
    async (subject) => {
      const { operate, calls } = anOperator();
      const result = await operate({ action: 'disable-user', subject });
      expect(result).toEqual({
        ok: false,
        error: { reason: 'request_invalid', problems: ["'subject' must be a UUID"] },
      });
      expect(calls).toEqual([]);
    },
  );

  it.each(['', ...hostile.slice(8)])(
    'refuses user name %j, because it would end up in a filter',
    async (username) => {
      const { operate, calls } = anOperator();
      const result = await operate({ action: 'disable-user', username });
      expect(result).toMatchObject({ ok: false, error: { reason: 'request_invalid' } });
      expect(calls).toEqual([]);
    },
  );

  it('never sends a filter with a second quotation mark in its value, whatever is asked, because that is the injection', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((end) => `${ada.subject}${end}`),
      fc.string().map((end) => `ada" ${end}`),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom('subject', 'username'), async (value, by) => {
        const { operate, calls } = anOperator();
        await operate({ action: 'sign-out-user', [by]: value });
        for (const { name, input } of calls.filter((call) => call.name === 'ListUsers'))
          expect([name, input.Filter]).toEqual([
            'ListUsers',
            expect.stringMatching(/^(sub|username) = "[^"\\\s]+"$/),
          ]);
      }),
      { numRuns: 300 },
    );
  });

  it('does not filter by what the table says either, because a grant’s subject is data too', async () => {
    const { operate, store, calls } = anOperator();
    const [grantId] = await putGrants(store, { subject: 'x" or username ^= "' });
    await expect(operate({ action: 'revoke-grants', grantId })).rejects.toThrow(OperatorFault);
    expect(calls).toEqual([]);
    expect(await store.getGrant(grantId, now)).toBeUndefined();
  });

  it('reports all problems at once, because an incident is no time for guessing', async () => {
    const { operate, events } = anOperator();
    const event = {
      ...{ action: 'disable-user', subject: 'x', username: 'a b' },
      ...{ grantId: 'g', reference: '', secret: 'eyJhbGciOi', __proto__x: 1 },
    };
    const allowed = 'only subject, username, reference';
    const problems = [
      "'subject' must be a UUID",
      "'username' must be a user name without space, quotation mark, backslash",
      `'grantId' is not allowed here, ${allowed}`,
      "'reference' must be 1 to 128 characters",
      `'secret' is not allowed here, ${allowed}`,
      `'__proto__x' is not allowed here, ${allowed}`,
      'exactly one of subject, username must be given',
    ];
    expect(await operate(event)).toEqual({
      ok: false,
      error: { reason: 'request_invalid', problems },
    });
    expect(onlyEvent(events)).toMatchObject({
      status_code: 'request_invalid',
      unmapped: { evidence: { problems } },
    });
    expect(JSON.stringify(events)).not.toContain('eyJhbGciOi');
  });

  it.each([
    [undefined],
    [null],
    ['disable-user'],
    [['disable-user']],
    [{}],
    [{ action: 'delete-user', subject: ada.subject }],
    [{ action: 'toString' }],
    [{ action: ['disable-user'], subject: ada.subject }],
    [{ action: 'disable-user' }],
    [{ action: 'disable-user', subject: [ada.subject] }],
    [{ action: 'disable-user', subject: null, username: 'ada' }],
    [{ action: 'revoke-grants', username: 'ada' }],
    [{ action: 'revoke-grants', grantId: 'a/../b' }],
    [{ action: 'revoke-grants', grantId: 'x'.repeat(129) }],
    [{ action: 'revoke-grants', subject: ada.subject, grantId: 'g' }],
    [{ action: 'list-app-clients', subject: ada.subject }],
    [{ action: 'list-app-clients', nextToken: '' }],
    [{ action: 'enable-user', username: 'ada', nextToken: 'x' }],
    [{ action: 'enable-user', username: 'ada', constructor: 'x' }],
    [{ action: 'enable-user', username: 'ada', reference: 'INC\n42' }],
  ])('refuses %j, because nothing is done on a guess', async (event) => {
    const { operate, calls, events } = anOperator();
    const result = await operate(event);
    expect(result).toMatchObject({ ok: false, error: { reason: 'request_invalid' } });
    expect(calls).toEqual([]);
    expect(codeOf(onlyEvent(events))).toBe('operator.refused');
  });
});
