import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logPrivacyWith as lambdaPrivacyWith } from '../../lambda/log-privacy.ts';
import { createLogPrivacy, networkOf } from '../../oauth/log-privacy.ts';
import { securityEvent } from '../../oauth/security-event.ts';
import { logPrivacyWith } from '../../server/log-privacy.ts';
import { fullContext } from '../support/event-variants.ts';

const key = 'a-key-that-nobody-else-has-0123456789';
const jti = 'f3b0c442-98fc-4c14-9afb-f4c8996fb924';

describe('pseudonyms', () => {
  it('are the first 16 digits of HMAC-SHA-256, so that openssl finds the same', () => {
    const expected = createHmac('sha256', key).update(jti).digest('hex').slice(0, 16);
    expect(logPrivacyWith(key).pseudonym?.(jti)).toBe(expected);
  });

  it('are the same in server and broker, because a call is joined to its login by them', () => {
    expect(lambdaPrivacyWith(key).pseudonym?.(jti)).toBe(logPrivacyWith(key).pseudonym?.(jti));
  });

  it('differ under another key, because that is what a key is for', () => {
    expect(logPrivacyWith(`${key}!`).pseudonym?.(jti)).not.toBe(
      logPrivacyWith(key).pseudonym?.(jti),
    );
  });

  it('stay the same when thousands of others came between, and are computed once while remembered', () => {
    let computed = 0;
    const { pseudonym } = createLogPrivacy({
      hmac: (value) => {
        computed += 1;
        return createHmac('sha256', key).update(value).digest('hex');
      },
    });
    const first = pseudonym?.(jti);
    expect(pseudonym?.(jti)).toBe(first);
    expect(computed).toBe(1);
    for (let count = 0; count < 20_000; count += 1) pseudonym?.(`other-${count}`);
    expect(pseudonym?.(jti)).toBe(first);
    expect(computed).toBe(20_002);
  });

  it('do not exist without a key: then the identifier is left out, because a plain hash could be tried out', () => {
    const context = { ...fullContext, privacy: logPrivacyWith(undefined) };
    const text = JSON.stringify(
      securityEvent('token.issued', context, { originTokenId: jti, grantId: 'grant-1' }),
    );
    expect(text).not.toContain(jti);
    expect(text).not.toContain('uid_alt');
    expect(text).not.toContain('grant-1');
    expect(text).not.toContain('grant_uid');
  });

  it('stand in an event where the identifiers would', () => {
    const privacy = logPrivacyWith(key);
    const event = securityEvent(
      'token.issued',
      { ...fullContext, privacy },
      { originTokenId: jti, grantId: 'grant-1' },
    );
    expect(event).toMatchObject({
      actor: { session: { uid_alt: privacy.pseudonym?.(jti) } },
      unmapped: { grant_uid: privacy.pseudonym?.('grant-1') },
    });
    expect(JSON.stringify(event)).not.toContain(jti);
  });
});

describe('addresses', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['2001:db8:aaaa:bbbb:1:2:3:4', '2001:db8:aaaa::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['::1', '0:0:0::'],
    ['fe80::1:2', 'fe80:0:0::'],
  ])('%s becomes %s where only networks are logged', (address, network) => {
    expect(networkOf(address)).toBe(network);
    const context = { ...fullContext, clientAddress: address };
    const privacy = logPrivacyWith(key, 'network');
    expect(securityEvent('token.missing', { ...context, privacy }).src_endpoint).toEqual({
      ip: network,
    });
    expect(
      securityEvent('token.missing', { ...context, privacy: logPrivacyWith(key) }).src_endpoint,
    ).toEqual({ ip: address });
  });

  it('of one /48 share their network, whatever the rest of the address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(networkOf(networkOf(address))).toBe(networkOf(address));
      }),
    );
  });
});
