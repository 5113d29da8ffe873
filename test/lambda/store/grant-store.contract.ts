import { createHash, randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GrantStore } from '../../../lambda/authorization-server/store/grant-store.ts';
import { revocationKinds } from '../../../oauth/revocation.ts';
import {
  aCode,
  aGrant,
  anyCode,
  anyGrant,
  now,
  optionalOfCode,
  optionalOfGrant,
} from './records.ts';

export interface OpenStore {
  readonly store: GrantStore;
  readonly close: () => Promise<void>;
}

/** What every grant store must do: the same rows against each of them. */
export const grantStoreContract = (name: string, open: () => Promise<OpenStore>): void => {
  describe(`${name} keeps the contract of the grant store`, () => {
    let opened: OpenStore;
    let store: GrantStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened?.close());

    const consumed = async (codeHash: string, at = now) => {
      const consumption = await store.consumeCode(codeHash, at);
      return consumption.outcome === 'unknown' ? undefined : consumption.record;
    };

    describe('authorization codes', () => {
      it.each([
        ['no optional member', aCode()],
        ['every optional member', aCode(optionalOfCode)],
        ['no scope', aCode({ scopes: [] })],
        ['a username only', aCode({ username: 'ada' })],
        ['a tenant only', aCode({ tenant: 'acme' })],
        ['an origin only', aCode({ originTokenId: 'origin' })],
        ['sealed tokens of 16 KB', aCode({ sealedTokens: 'x'.repeat(16_384) })],
      ])(
        'gives back a code with %s unchanged, because the token endpoint relies on each member',
        async (_, code) => {
          await store.putCode(code);
          expect(await store.consumeCode(code.codeHash, now)).toEqual({
            outcome: 'consumed',
            record: code,
          });
        },
      );

      it('gives back any content unchanged, because clients choose some of it', async () => {
        await fc.assert(
          fc.asyncProperty(anyCode, async (code) => {
            await store.putCode(code);
            expect(await consumed(code.codeHash)).toStrictEqual(code);
          }),
          { numRuns: 50 },
        );
      });

      it('lets exactly one of 50 concurrent calls consume, because a code is single use', async () => {
        const code = aCode();
        await store.putCode(code);
        const all = await Promise.all(
          Array.from({ length: 50 }, () => store.consumeCode(code.codeHash, now)),
        );
        expect(all.filter(({ outcome }) => outcome === 'consumed')).toHaveLength(1);
        expect(all.filter(({ outcome }) => outcome === 'replayed')).toHaveLength(49);
      });

      it('recognises a replay until purgeAt and hands out its record, because the grant must be revoked', async () => {
        const code = aCode(optionalOfCode);
        await store.putCode(code);
        await store.consumeCode(code.codeHash, now);
        const replayed = { outcome: 'replayed', record: code };
        expect(await store.consumeCode(code.codeHash, now)).toEqual(replayed);
        expect(await store.consumeCode(code.codeHash, code.purgeAt - 1)).toEqual(replayed);
      });

      it('does not know a code from purgeAt on, used or not, because deletion comes days late', async () => {
        const [used, unused] = [aCode(), aCode()];
        await Promise.all([store.putCode(used), store.putCode(unused)]);
        await store.consumeCode(used.codeHash, now);
        for (const { codeHash, purgeAt } of [used, unused])
          expect(await store.consumeCode(codeHash, purgeAt)).toEqual({ outcome: 'unknown' });
      });

      it('consumes a code after expiresAt, because the caller judges that and must see the replay', async () => {
        const code = aCode();
        await store.putCode(code);
        const consumption = await store.consumeCode(code.codeHash, code.expiresAt + 1);
        expect(consumption.outcome).toBe('consumed');
      });

      it('does not know a code that was never issued, and asking does not make it known, because consuming is not creating', async () => {
        const codeHash = randomUUID();
        expect(await store.consumeCode(codeHash, now)).toEqual({ outcome: 'unknown' });
        expect(await store.consumeCode(codeHash, now)).toEqual({ outcome: 'unknown' });
      });

      it('refuses to store a hash again, because a used code must not become usable again', async () => {
        const code = aCode();
        await store.putCode(code);
        await store.consumeCode(code.codeHash, now);
        await expect(store.putCode(code)).rejects.toThrow('the code exists already');
        expect((await store.consumeCode(code.codeHash, now)).outcome).toBe('replayed');
      });

      it('does not take a grant for a code of the same id, because both are in one table', async () => {
        const grant = aGrant();
        await store.putGrant(grant);
        expect(await store.consumeCode(grant.grantId, now)).toEqual({ outcome: 'unknown' });
      });
    });

    describe('grants', () => {
      it.each([
        ['no optional member', aGrant()],
        ['every optional member', aGrant(optionalOfGrant)],
        ['no scope', aGrant({ scopes: [] })],
        ['a previous handle only', aGrant({ previousHandleHash: 'before' })],
        ['names in other scripts', aGrant({ clientName: 'クライアント 🚀 עברית e\u0301' })],
        ['a sealed token of 16 KB', aGrant({ sealedUpstreamRefreshToken: 'é'.repeat(8_192) })],
      ])(
        'gives back a grant with %s unchanged, because every refresh relies on each member',
        async (_, grant) => {
          await store.putGrant(grant);
          expect(await store.getGrant(grant.grantId, now)).toEqual(grant);
        },
      );

      it('gives back any content unchanged, because clients choose some of it', async () => {
        await fc.assert(
          fc.asyncProperty(anyGrant, async (grant) => {
            await store.putGrant(grant);
            expect(await store.getGrant(grant.grantId, now)).toStrictEqual(grant);
          }),
          { numRuns: 50 },
        );
      });

      it('refuses to create an id that exists and leaves it alone, because a grant must not be taken over', async () => {
        const grant = aGrant();
        await store.putGrant(grant);
        const other = aGrant({ grantId: grant.grantId });
        await expect(store.putGrant(other)).rejects.toThrow('the grant exists already');
        await expect(store.putGrant(grant)).rejects.toThrow('the grant exists already');
        expect(await store.getGrant(grant.grantId, now)).toEqual(grant);
      });

      it.each([
        ['an id that was never used', randomUUID()],
        ['no id', ''],
        ['an id longer than any key', 'x'.repeat(5_000)],
        ['an id of another script', '🚀'],
      ])('knows no grant for %s, because ids also come from forms', async (_, grantId) => {
        expect(await store.getGrant(grantId, now)).toBeUndefined();
        expect(await store.deleteGrant(grantId)).toBe(false);
      });

      it('treats an expired grant as absent although its record is still stored, because deletion comes days late', async () => {
        const grant = aGrant();
        await store.putGrant(grant);
        expect(await store.getGrant(grant.grantId, grant.expiresAt - 1)).toEqual(grant);
        expect(await store.getGrant(grant.grantId, grant.expiresAt)).toBeUndefined();
        expect(await store.getGrant(grant.grantId, now)).toEqual(grant);
      });

      it('replaces a grant of the expected generation, because a refresh moves it on', async () => {
        const grant = aGrant(optionalOfGrant);
        await store.putGrant(grant);
        const { username: _, ...rest } = grant;
        const next = { ...rest, generation: 2, handleHash: 'next', expiresAt: now + 7200 };
        expect(await store.replaceGrant(next, 1)).toBe(true);
        expect(await store.getGrant(grant.grantId, now)).toStrictEqual(next);
      });

      it('refuses to replace another generation, because somebody else moved the grant', async () => {
        const grant = aGrant({ generation: 7 });
        await store.putGrant(grant);
        expect(await store.replaceGrant({ ...grant, generation: 7 }, 6)).toBe(false);
        expect(await store.replaceGrant({ ...grant, generation: 9 }, 8)).toBe(false);
        expect(await store.getGrant(grant.grantId, now)).toEqual(grant);
      });

      it('lets exactly one of 20 concurrent refreshes replace, because they all saw one generation', async () => {
        const grant = aGrant();
        await store.putGrant(grant);
        const all = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            store.replaceGrant({ ...grant, generation: 2, handleHash: `${index}` }, 1),
          ),
        );
        expect(all.filter(Boolean)).toHaveLength(1);
        const stored = await store.getGrant(grant.grantId, now);
        expect(stored?.handleHash).toBe(`${all.indexOf(true)}`);
      });

      it('does not bring a deleted grant back by replacing it, because it was revoked meanwhile', async () => {
        const grant = aGrant();
        await store.putGrant(grant);
        await store.deleteGrant(grant.grantId);
        expect(await store.replaceGrant({ ...grant, generation: 2 }, 1)).toBe(false);
        expect(await store.getGrant(grant.grantId, now)).toBeUndefined();
      });

      it('deletes once and then says there was none, because revoking again is harmless', async () => {
        const grant = aGrant();
        await store.putGrant(grant);
        expect(await store.deleteGrant(grant.grantId)).toBe(true);
        expect(await store.deleteGrant(grant.grantId)).toBe(false);
        expect(await store.getGrant(grant.grantId, now)).toBeUndefined();
      });
    });

    describe('grants of a user', () => {
      const putAll = async (grants: readonly ReturnType<typeof aGrant>[]) => {
        await Promise.all(grants.map((grant) => store.putGrant(grant)));
      };

      it('lists one user’s unexpired grants, oldest first, because that is the connections page', async () => {
        const subject = randomUUID();
        const young = aGrant({ subject, createdAt: now - 1, ...optionalOfGrant });
        const old = aGrant({ subject, createdAt: now - 900_000_000 });
        const middle = aGrant({ subject, createdAt: now - 500 });
        const expired = aGrant({ subject, createdAt: now - 400, expiresAt: now });
        await putAll([young, old, expired, middle, aGrant()]);
        expect(await store.grantsOf(subject, now)).toEqual([old, middle, young]);
      });

      it('lists nothing for a user without grants and nobody, because absence is not a fault', async () => {
        expect(await store.grantsOf(randomUUID(), now)).toEqual([]);
      });

      it('does not list codes or deleted grants, because nothing is connected by them', async () => {
        const subject = randomUUID();
        const grant = aGrant({ subject });
        await putAll([grant]);
        await store.putCode(aCode({ subject }));
        await store.deleteGrant(grant.grantId);
        expect(await store.grantsOf(subject, now)).toEqual([]);
      });

      it('lists the oldest 100 and looks past expired ones, because those may stay stored for days', async () => {
        const subject = randomUUID();
        const expired = Array.from({ length: 60 }, (_, index) =>
          aGrant({ subject, createdAt: now - 1000 + index, expiresAt: now - 1 }),
        );
        const live = Array.from({ length: 103 }, (_, index) =>
          aGrant({ subject, createdAt: now - 500 + index }),
        );
        await putAll([...live.toReversed(), ...expired]);
        expect(await store.grantsOf(subject, now)).toEqual(live.slice(0, 100));
      });

      it('deletes every grant of one user and nobody else’s, because containment leaves nothing', async () => {
        const subject = randomUUID();
        const [live, expired, other] = [
          aGrant({ subject }),
          aGrant({ subject, createdAt: now - 100, expiresAt: now - 1 }),
          aGrant(),
        ];
        await putAll([live, expired, other]);
        const deleted = await store.deleteGrantsOf(subject);
        expect([...deleted].sort()).toEqual([live.grantId, expired.grantId].sort());
        expect(await store.deleteGrantsOf(subject)).toEqual([]);
        expect(await store.getGrant(live.grantId, now)).toBeUndefined();
        expect(await store.getGrant(expired.grantId, now - 50)).toBeUndefined();
        expect(await store.getGrant(other.grantId, now)).toEqual(other);
      });
    });

    describe('revocations', () => {
      const digest = () => createHash('sha256').update(randomUUID()).digest('base64url');
      const mine = async (digests: readonly string[], at = now) =>
        (await store.revocations(at)).filter((record) => digests.includes(record.digest));

      it.each(revocationKinds)('lists a revoked %s with its time', async (kind) => {
        const revocation = { kind, digest: digest(), revokedAt: now - 5 };
        await store.putRevocation(revocation);
        expect(await mine([revocation.digest])).toEqual([revocation]);
      });

      it('forgets a sign-in and a subject after a day, because no access token lives longer, but no block', async () => {
        const revokedAt = now - 86_400;
        const records = revocationKinds.map((kind) => ({ kind, digest: digest(), revokedAt }));
        for (const record of records) await store.putRevocation(record);
        const digests = records.map((record) => record.digest);
        const kinds = (found: readonly { kind: string }[]) => found.map(({ kind }) => kind).sort();
        expect(kinds(await mine(digests, now - 1))).toEqual([...revocationKinds].sort());
        expect(kinds(await mine(digests))).toEqual(['client', 'tenant']);
      });

      it('moves a revocation to its new time, because what was issued in between is revoked, too', async () => {
        const revocation = { kind: 'subject', digest: digest() } as const;
        await store.putRevocation({ ...revocation, revokedAt: now - 100 });
        await store.putRevocation({ ...revocation, revokedAt: now });
        expect(await mine([revocation.digest])).toEqual([{ ...revocation, revokedAt: now }]);
      });

      it('lifts a block once and then says there was none', async () => {
        const block = { kind: 'client', digest: digest(), revokedAt: now } as const;
        await store.putRevocation(block);
        expect(await store.deleteRevocation('tenant', block.digest)).toBe(false);
        expect(await store.deleteRevocation('client', block.digest)).toBe(true);
        expect(await store.deleteRevocation('client', block.digest)).toBe(false);
        expect(await mine([block.digest])).toEqual([]);
      });

      it('is no grant of anybody, and survives the end of all grants of a user', async () => {
        const subject = randomUUID();
        const revocation = { kind: 'subject', digest: digest(), revokedAt: now } as const;
        await store.putRevocation(revocation);
        expect(await store.grantsOf(subject, now)).toEqual([]);
        await store.deleteGrantsOf(subject);
        expect(await mine([revocation.digest])).toEqual([revocation]);
      });

      it('finds the sign-ins of one client, expired grants included, because their access tokens may live', async () => {
        const clientId = `https://${randomUUID()}.example/client`;
        await store.putGrant(aGrant({ clientId, originTokenId: 'o-1' }));
        await store.putGrant(aGrant({ clientId, originTokenId: 'o-2', expiresAt: now - 1 }));
        await store.putGrant(aGrant({ clientId }));
        await store.putGrant(aGrant({ originTokenId: 'o-3' }));
        await store.putCode(aCode({ clientId, originTokenId: 'o-4' }));
        const found = await store.signInsOfClient((id) => id === clientId);
        expect([...found].sort()).toEqual(['o-1', 'o-2']);
      });
    });
  });
};
