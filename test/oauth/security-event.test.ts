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

// OCSF 1.8.0: attributes that are required, or of which one is required, per class.
const required: Record<number, readonly string[]> = {
  3002: ['user', 'service'],
  3004: ['entity'],
  4002: [],
  6002: ['app'],
  6003: ['actor', 'api', 'src_endpoint'],
  6008: [],
};

describe('securityEvent', () => {
  it.each(names)('%s has every attribute that OCSF requires of its class', (name) => {
    const event = securityEvent(name, context);
    const common = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time'];
    const ofClass = required[event.class_uid as number];
    expect(ofClass, `class ${event.class_uid}`).toBeDefined();
    for (const attribute of [...common, 'type_uid', ...(ofClass ?? [])])
      expect(event[attribute], attribute).toBeDefined();
    expect(event.type_uid).toBe((event.class_uid as number) * 100 + (event.activity_id as number));
    expect(event.metadata).toMatchObject({ version: '1.8.0', product: { name: 'cdk-secure-mcp' } });
  });

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
