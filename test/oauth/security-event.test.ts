import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EventContext,
  type EventName,
  eventCatalogue,
  printable,
  securityEvent,
} from '../../oauth/security-event.ts';

const context: EventContext = {
  time: 1_795_424_400_000,
  correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
  component: 'resource-server',
};
const names = Object.keys(eventCatalogue) as EventName[];

describe('securityEvent', () => {
  it('has no member without a value and no empty object, because queries test for presence', () => {
    for (const name of names) {
      const event = JSON.parse(JSON.stringify(securityEvent(name, context)));
      expect(JSON.stringify(event)).not.toMatch(/:\{\}|:null/);
    }
  });

  it('takes the severity of the reason over that of the event', () => {
    expect(securityEvent('token.rejected', context, { severity: 4 }).severity_id).toBe(4);
    expect(securityEvent('token.rejected', context).severity_id).toBe(3);
  });

  it('keeps text of the caller on one line and short, because it wants to forge others', () => {
    const event = securityEvent(
      'request.rejected',
      {
        ...context,
        httpMethod: 'GET',
        path: `/${'a'.repeat(999)}`,
        userAgent: 'x\n{"forged":1}\u202e',
      },
      { evidence: { host: '\u0000\u001b[2J' } },
    );
    const request = event.http_request as { url: { path: string }; user_agent: string };
    expect(request.url.path).toHaveLength(256);
    expect(request.user_agent).toBe('x\ufffd{"forged":1}\ufffd');
    expect(event.unmapped).toEqual({ evidence: { host: '\ufffd\ufffd[2J' } });
  });
});

describe('printable', () => {
  it('never yields a control, format or line separator character, nor more than the limit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        const result = printable(text, 100);
        expect(result.length).toBeLessThanOrEqual(100);
        expect(result).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
