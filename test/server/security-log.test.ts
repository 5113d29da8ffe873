import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type EventDetails, type EventName, securityEvent } from '../../oauth/security-event.ts';
import { createSecurityLog } from '../../server/security-log.ts';
import { ocsfProblems } from '../support/ocsf/validate.ts';

const context = { time: 0, correlationId: 'c', component: 'resource-server' } as const;
const event = (name: EventName = 'token.missing', details: EventDetails = {}) =>
  securityEvent(name, context, details);

/** A stream whose reader can be stopped. */
class Reader extends Writable {
  readonly writes: string[] = [];
  isStuck = false;
  #resume: (() => void) | undefined;

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _: BufferEncoding, done: (error?: Error) => void): void {
    this.writes.push(chunk);
    if (this.isStuck) this.#resume = done;
    else done();
  }

  unstick(): void {
    this.isStuck = false;
    this.#resume?.();
  }

  get lines(): Record<string, unknown>[] {
    return this.writes
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Longer than events wait for others. */
const gathered = () => new Promise((resolve) => setTimeout(resolve, 15));
const codesOf = (reader: Reader) =>
  reader.lines.map(({ metadata }) => (metadata as { event_code: string }).event_code);
const sequencesOf = (reader: Reader) =>
  reader.lines.map(({ metadata }) => (metadata as { sequence: number }).sequence);

describe('the security log', () => {
  it('writes one JSON line per event, numbered, those of several turns in one write', async () => {
    const reader = new Reader();
    const log = createSecurityLog(reader);
    for (let count = 0; count < 20; count += 1) {
      log.record(event());
      if (count % 8 === 7) await turn();
    }
    expect(reader.writes).toEqual([]);
    await gathered();
    expect(reader.writes).toHaveLength(1);
    expect(sequencesOf(reader)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('does not gather severe events, nor what waits before them, because a crash may be near', async () => {
    const reader = new Reader();
    const log = createSecurityLog(reader);
    log.record(event());
    log.record(event('token.rejected', { severity: 4 }));
    await turn();
    expect(sequencesOf(reader)).toEqual([1, 2]);
  });

  it('does not gather more than a pipe takes, because its reader should not have to wait', async () => {
    const reader = new Reader();
    const log = createSecurityLog(reader);
    for (let count = 0; count < 100; count += 1) log.record(event());
    await turn();
    expect(reader.lines).toHaveLength(100);
  });

  it('holds a bounded amount for a stuck reader, counts the rest, and confesses later', async () => {
    const reader = new Reader();
    reader.isStuck = true;
    const log = createSecurityLog(reader);
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 100_000; count += 1) log.record(event());
    await turn();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
    expect(log.dropped).toBeGreaterThan(80_000);
    const lost = log.dropped;

    reader.unstick();
    await log.flush();
    expect(reader.writes.join('').length).toBeLessThan(5 * 1024 * 1024);
    expect(reader.lines.at(-1)).toMatchObject({
      metadata: { event_code: 'log.dropped' },
      unmapped: { evidence: { dropped: lost, severe: 0 } },
    });
    // The gap in the numbers is as long as the loss.
    expect(sequencesOf(reader).at(-1)).toBe(100_001);
    expect(reader.lines).toHaveLength(100_001 - lost);
  });

  it('keeps a lane for severe events, because noise is how an attacker hides one', async () => {
    const reader = new Reader();
    reader.isStuck = true;
    const log = createSecurityLog(reader);
    for (let count = 0; count < 20_000; count += 1) log.record(event());
    const dropped = log.dropped;
    expect(dropped).toBeGreaterThan(0);
    log.record(event('token.refresh_reuse'));
    expect(log.dropped).toBe(dropped);
    reader.unstick();
    await log.flush();
    expect(codesOf(reader)).toContain('token.refresh_reuse');
  });

  it('never has two writes under way, because that is what back-pressure means', async () => {
    const reader = new Reader();
    reader.isStuck = true;
    const log = createSecurityLog(reader);
    for (let count = 0; count < 5; count += 1) {
      log.record(event());
      await gathered();
    }
    expect(reader.writes).toHaveLength(1);
    reader.unstick();
    await log.flush();
    expect(reader.writes).toHaveLength(2);
  });

  it('cuts an event over 8 KiB down to the decision, because one event must not cost a thousand', async () => {
    const reader = new Reader();
    const log = createSecurityLog(reader);
    const evidence = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`name-${index}`, 'é'.repeat(120)]),
    );
    log.record(event('request.rejected', { reason: 'host_not_allowed', evidence }));
    await log.flush();
    expect(reader.writes[0]?.length).toBeLessThan(8 * 1024);
    expect(reader.lines[0]).toMatchObject({
      status_code: 'host_not_allowed',
      metadata: { event_code: 'request.rejected', sequence: 1, is_truncated: true },
    });
    expect(reader.lines[0]).not.toHaveProperty('unmapped');
    expect(ocsfProblems(reader.lines[0] ?? {})).toEqual([]);
  });

  it('does not throw when an event cannot be written as JSON, but counts it', () => {
    const log = createSecurityLog(new Reader());
    const circular: Record<string, unknown> = { ...event() };
    circular.self = circular;
    expect(() => log.record(circular as never)).not.toThrow();
    expect(log.dropped).toBe(1);
  });

  it('survives a reader that hangs up', async () => {
    const reader = new Reader();
    const log = createSecurityLog(reader);
    reader.destroy(new Error('EPIPE'));
    await turn();
    expect(() => log.record(event())).not.toThrow();
    expect(log.dropped).toBe(1);
    await log.flush();
  });

  it('gives up flushing to a stuck reader, because a shutdown has a deadline', async () => {
    const reader = new Reader();
    reader.isStuck = true;
    const log = createSecurityLog(reader);
    log.record(event());
    const startedAt = Date.now();
    await log.flush(50);
    expect(Date.now() - startedAt).toBeLessThan(1000);
  });

  it('cannot be made to write a second line by text of a caller', async () => {
    const reader = new Reader();
    const log = createSecurityLog(reader);
    log.record(event('request.rejected', { evidence: { host: 'a\n{"severity_id":1}\r\n\u2028' } }));
    await log.flush();
    expect(reader.writes.join('').split('\n')).toHaveLength(2);
  });
});
