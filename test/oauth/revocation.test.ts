import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  maxRevocations,
  noRevocations,
  parseRevocationFeed,
  type Revocation,
  revocationFeed,
  revocationOf,
} from '../../oauth/revocation.ts';

const digestOf = (value: string): string => createHash('sha256').update(value).digest('base64url');

const ada = {
  subject: 'ada',
  originTokenId: 'sign-in-1',
  clientId: 'app',
  tenant: 'acme',
  issuedAt: 1000,
};

const indexOf = (...revocations: Revocation[]) => {
  const parsed = parseRevocationFeed(JSON.parse(JSON.stringify(revocationFeed(revocations))));
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value.index;
};

const revoked = (kind: Revocation['kind'], value: string, revokedAt: number): Revocation => ({
  kind,
  digest: digestOf(value),
  revokedAt,
});

describe('revocationOf', () => {
  it.each([
    ['sign-in', 'sign-in-1'],
    ['subject', 'ada'],
  ] as const)(
    'ends what was issued up to the revocation of a %s, and nothing later',
    (kind, value) => {
      const at = (revokedAt: number) =>
        revocationOf(ada, indexOf(revoked(kind, value, revokedAt)), digestOf);
      expect(at(1001)).toBe(kind);
      expect(at(1000)).toBe(kind);
      expect(at(999)).toBe(kind === 'sign-in' ? kind : undefined);
      expect(at(939)).toBeUndefined();
    },
  );

  it.each([
    ['client', 'app'],
    ['tenant', 'acme'],
  ] as const)(
    'blocks a %s whenever the token was issued, because a block is lifted, not outlived',
    (kind, value) => {
      expect(revocationOf(ada, indexOf(revoked(kind, value, 1)), digestOf)).toBe(kind);
    },
  );

  it('leaves everybody else alone', () => {
    const index = indexOf(
      revoked('sign-in', 'sign-in-2', 2000),
      revoked('subject', 'sign-in-1', 2000),
      revoked('sign-in', 'ada', 2000),
      revoked('client', 'acme', 2000),
      revoked('tenant', 'app', 2000),
    );
    expect(revocationOf(ada, index, digestOf)).toBeUndefined();
    expect(revocationOf(ada, noRevocations, digestOf)).toBeUndefined();
  });

  it('hashes nothing while the list is empty, because that is nearly always', () => {
    const refuse = (): string => {
      throw new Error('hashed');
    };
    expect(revocationOf(ada, noRevocations, refuse)).toBeUndefined();
  });

  it('judges a token without sign-in or tenant by what it has', () => {
    const machine = { subject: 'm', clientId: 'm', issuedAt: 1000 };
    expect(revocationOf(machine, indexOf(revoked('client', 'm', 1)), digestOf)).toBe('client');
    expect(revocationOf(machine, indexOf(revoked('tenant', 'acme', 1)), digestOf)).toBeUndefined();
  });
});

describe('the feed', () => {
  it('keeps the newest when there are too many, and says that there are', () => {
    const many = Array.from({ length: maxRevocations + 5 }, (_, index) =>
      revoked('subject', `user-${index}`, index),
    );
    const feed = revocationFeed(many);
    expect(feed.truncated).toBe(true);
    expect(feed.revocations).toHaveLength(maxRevocations);
    expect(Math.min(...feed.revocations.map(([, , revokedAt]) => revokedAt))).toBe(5);
    expect(parseRevocationFeed(feed)).toMatchObject({ ok: true, value: { isTruncated: true } });
  });

  const digest = digestOf('x');
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['no mark', { revocations: [] }],
    ['an unknown kind', { revocations: [['user', digest, 1]], truncated: false }],
    ['a value that is no digest', { revocations: [['subject', 'ada', 1]], truncated: false }],
    ['a time that is none', { revocations: [['subject', digest, '1']], truncated: false }],
    [
      'a bad entry among good ones',
      { revocations: [['subject', digest, 1], []], truncated: false },
    ],
    [
      'more than fit',
      { revocations: Array(maxRevocations + 1).fill(['subject', digest, 1]), truncated: true },
    ],
  ])('is refused as a whole with %s, because half a list would let somebody in', (_, value) => {
    expect(parseRevocationFeed(value)).toEqual({ ok: false, error: 'feed_malformed' });
  });

  it('takes the later of two times', () => {
    const index = indexOf(revoked('subject', 'ada', 5), revoked('subject', 'ada', 2000));
    expect(revocationOf(ada, index, digestOf)).toBe('subject');
  });
});
