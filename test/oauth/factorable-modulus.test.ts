import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFactorableModulus } from '../../oauth/factorable-modulus.ts';
import { readKeySet } from '../../oauth/signing-key.ts';

const isPrime = (value: number): boolean =>
  value > 1 &&
  !Array.from({ length: 13 }, (_, index) => index + 2).some((d) => d < value && value % d === 0);

/** The M of 2048-bit keys is larger; every prime that says something is in this one as well. */
const primorial = Array.from({ length: 168 }, (_, value) => value)
  .filter((value) => value > 2 && isPrime(value))
  .reduce((product, prime) => product * BigInt(prime), 2n);

const power = (exponent: number): bigint => {
  let result = 1n;
  for (let step = 0; step < exponent; step += 1) result = (result * 65_537n) % primorial;
  return result;
};

const base64url = (value: bigint): string => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};

/** As long as a real one, and of the form that the chip made. Nobody has to know its factors. */
const marked = (2n ** 2047n / primorial + 5n) * primorial + power(1234);

describe('a modulus of the chip whose keys can be factored', () => {
  it('is found whatever its factors are, because all that counts is the form', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 1000n), fc.nat(5000), (k, a) =>
        isFactorableModulus(k * primorial + power(a)),
      ),
      { numRuns: 50 },
    );
  });

  it('is not found in keys of OpenSSL, because those must go on working', () => {
    for (let count = 0; count < 3; count += 1) {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const { n = '' } = publicKey.export({ format: 'jwk' });
      expect(isFactorableModulus(BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`))).toBe(
        false,
      );
    }
  });

  it('keeps its key out of the key set, because whoever factors it signs our tokens', () => {
    const key = { kty: 'RSA', kid: 'a', use: 'sig', alg: 'RS256', e: 'AQAB' };
    const sets = [marked, marked + 2n].map((n) =>
      readKeySet(JSON.stringify({ keys: [{ ...key, n: base64url(n) }] })),
    );
    expect(sets[0]).toEqual({ ok: false, error: 'no_usable_key' });
    expect(sets[1]?.ok).toBe(true);
  });
});
