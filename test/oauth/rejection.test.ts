import { describe, expect, it } from 'vitest';
import { rejectionReasons, wireError } from '../../oauth/rejection.ts';

describe('wireError', () => {
  it.each(rejectionReasons)(
    '%s has a 4xx or 5xx status, a description and a severity',
    (reason) => {
      const { status, description, severity } = wireError(reason);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(description).not.toBe('');
      expect([1, 2, 3, 4, 5]).toContain(severity);
    },
  );

  it('says the same for every invalid token, because differences would guide a forger', () => {
    const invalid = rejectionReasons.filter(
      (reason) => wireError(reason).error === 'invalid_token',
    );
    const faces = invalid.map((reason) => {
      const { status, error, description } = wireError(reason);
      return `${status} ${error} ${description}`;
    });
    expect(invalid.length).toBeGreaterThan(15);
    expect(new Set(faces)).toEqual(
      new Set(['401 invalid_token The access token is missing, invalid or expired']),
    );
  });

  it('gives a missing token no error code, because RFC 6750 §3.1 says so', () => {
    expect(wireError('token_missing')).toMatchObject({ status: 401 });
    expect(wireError('token_missing').error).toBeUndefined();
  });
});
