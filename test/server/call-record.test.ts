import { beforeEach, describe, expect, it } from 'vitest';
import { rejectionReasons } from '../../oauth/rejection.ts';
import { beginCallRecord } from '../../server/call-record.ts';
import { incomingCall } from '../../server/incoming-call.ts';
import { aPost, legacyRequest, RecordingLog } from '../support/resource-server.ts';

let log: RecordingLog;
let now = 0;
const begin = () =>
  beginCallRecord(incomingCall(aPost(legacyRequest('ping'))), '/mcp', {
    securityLog: log,
    now: () => now,
  });

beforeEach(() => {
  log = new RecordingLog();
  now = 1000;
});

describe('the record of a call', () => {
  it('takes one decision, whatever happens afterwards', () => {
    const record = begin();
    record.answered(200);
    record.faulted(new Error('late'));
    record.refused({ reason: 'not_found' });
    expect(log.events.map(({ metadata }) => metadata.event_code)).toEqual(['access.allowed']);
  });

  it('adds the fault of a handler to the decision instead of replacing it', () => {
    const record = begin();
    record.handlerFaulted(new TypeError('secret'));
    record.answered(200);
    expect(log.events.map(({ metadata }) => metadata.event_code)).toEqual([
      'fault.unexpected',
      'access.allowed',
    ]);
    expect(log.events[0]?.unmapped).toEqual({ evidence: { error: 'TypeError' } });
  });

  it('leaves nothing behind for a repeated refusal, because a flood must not fill the log', () => {
    const record = begin();
    record.refused({ reason: 'rate_exceeded', isOnRecord: true });
    record.answered(200);
    expect(log.events).toEqual([]);
  });

  it('leaves nothing behind for a public document', () => {
    const record = begin();
    record.served();
    record.answered(200);
    expect(log.events).toEqual([]);
  });

  it.each([
    [200, 'access.allowed', undefined],
    [202, 'access.allowed', undefined],
    [499, 'access.allowed', undefined],
    [400, 'request.rejected', 'protocol_refused'],
    [405, 'request.rejected', 'protocol_refused'],
    [500, 'fault.unexpected', undefined],
  ])('reads an answer %i of the MCP layer as %s', (status, code, reason) => {
    begin().answered(status);
    expect(log.only).toMatchObject({
      metadata: { event_code: code },
      http_response: { code: status },
    });
    expect(log.only.status_code).toBe(reason);
  });

  it('says how long the decision took', () => {
    const record = begin();
    now = 1012;
    record.answered(200);
    expect(log.only).toMatchObject({ time: 1012, duration: 12 });
  });

  it.each([
    [1, 1],
    [86_400, 1],
    [86_401, 3],
  ])(
    'takes a token that expired %i seconds ago for severity %i, because an old one was kept by somebody',
    (secondsAgo, severity) => {
      begin().refused({ reason: 'expired', evidence: { secondsAgo } });
      expect(log.only).toMatchObject({ status_code: 'expired', severity_id: severity });
    },
  );

  it.each(rejectionReasons)('finds an event for %s', (reason) => {
    begin().refused({ reason });
    const { event_code } = log.only.metadata;
    expect([
      ...['token.missing', 'token.rejected', 'scope.denied', 'tenant.denied'],
      ...['session.hijack_suspected', 'request.rejected', 'rate.limited'],
    ]).toContain(event_code);
    expect(log.only.status_code).toBe(reason);
  });
});
