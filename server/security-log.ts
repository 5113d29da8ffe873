import type { Writable } from 'node:stream';
import { type SecurityEvent, type SecurityLog, securityEvent } from '../oauth/security-event.ts';

/**
 * Events → one JSON line each, to a stream that may be slow or stuck. Memory is bounded; what does
 * not fit is counted and confessed. Severe events have a lane that ordinary ones cannot fill, so
 * that an attacker cannot drown an alarm in noise.
 */

const bufferBytes = 4 * 1024 * 1024;
const reservedBytes = 512 * 1024;
const maxEventBytes = 8 * 1024;
const severe = 4;

export interface BufferedSecurityLog extends SecurityLog {
  /** Writes out what is buffered. Gives up after `timeoutMs`: a stuck reader must not stop a shutdown. */
  flush(timeoutMs?: number): Promise<void>;
  /** Events lost so far. */
  readonly dropped: number;
}

/** What is left of an event that is too long for one log line: still OCSF, without the evidence. */
const shortened = (event: SecurityEvent, metadata: object, untruncated: number): string => {
  const { unmapped: _, evidences: __, ...rest } = event;
  const marks = { is_truncated: true, untruncated_size: untruncated };
  return JSON.stringify({ ...rest, metadata: { ...metadata, ...marks } });
};

const lineOf = (event: SecurityEvent, sequence: number): string => {
  const metadata = { ...event.metadata, sequence };
  const line = `${JSON.stringify({ ...event, metadata })}\n`;
  if (line.length * 3 <= maxEventBytes) return line;
  const bytes = Buffer.byteLength(line);
  return bytes <= maxEventBytes ? line : `${shortened(event, metadata, bytes)}\n`;
};

class LineBuffer implements BufferedSecurityLog {
  readonly #output: Writable;
  readonly #now: () => number;
  #lines: string[] = [];
  #pendingBytes = 0;
  #sequence = 0;
  #isScheduled = false;
  #isWriting = false;
  #unreported: Record<'ordinary' | 'severe', number> = { ordinary: 0, severe: 0 };
  dropped = 0;

  constructor(output: Writable, now: () => number) {
    this.#output = output;
    this.#now = now;
    // Without a listener, a reader that hangs up (EPIPE) would end the process.
    output.on('error', () => undefined);
  }

  record(event: SecurityEvent): void {
    try {
      this.#accept(event);
    } catch {
      this.#drop(event);
    }
  }

  async flush(timeoutMs = 2000): Promise<void> {
    const deadline = this.#now() + timeoutMs;
    while (this.#pendingBytes > 0 && this.#now() < deadline) {
      this.#write();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #accept(event: SecurityEvent): void {
    // Numbered even when dropped: a gap in the numbers is how a reader sees a loss.
    this.#sequence += 1;
    const line = lineOf(event, this.#sequence);
    const bytes = Buffer.byteLength(line);
    const limit = event.severity_id >= severe ? bufferBytes : bufferBytes - reservedBytes;
    if (this.#pendingBytes + bytes > limit || this.#output.destroyed) {
      this.#drop(event);
      return;
    }
    this.#append(line, bytes);
  }

  #append(line: string, bytes: number): void {
    this.#lines.push(line);
    this.#pendingBytes += bytes;
    if (this.#isScheduled || this.#isWriting) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  #drop(event: SecurityEvent): void {
    this.dropped += 1;
    this.#unreported[event.severity_id >= severe ? 'severe' : 'ordinary'] += 1;
  }

  /** One write at a time; the next one starts when the stream has passed this one on. */
  #write(): void {
    if (this.#isWriting || this.#lines.length === 0 || this.#output.destroyed) return;
    const chunk = this.#lines.join('');
    const bytes = this.#pendingBytes;
    this.#lines = [];
    this.#isWriting = true;
    this.#output.write(chunk, (error) => {
      this.#isWriting = false;
      this.#pendingBytes -= bytes;
      if (!error) this.#confess();
      this.#write();
    });
  }

  #confess(): void {
    const { ordinary, severe: severeCount } = this.#unreported;
    if (ordinary + severeCount === 0) return;
    this.#unreported = { ordinary: 0, severe: 0 };
    const context = {
      time: this.#now(),
      correlationId: crypto.randomUUID().replaceAll('-', ''),
      component: 'resource-server',
    } as const;
    const evidence = { dropped: ordinary + severeCount, severe: severeCount };
    this.record(securityEvent('log.dropped', context, { evidence }));
  }
}

/**
 * Guarantees: recording never throws and never waits; at most 4 MiB are held, 512 KiB of them for
 * severity 4 and above; one write per turn of the event loop, none while the last one is under way;
 * every event has a `metadata.sequence`, and a loss leaves a gap and a `log.dropped` event.
 * Does not survive the process: call `flush` before leaving.
 */
export const createSecurityLog = (
  output: Writable,
  { now = Date.now }: { readonly now?: () => number } = {},
): BufferedSecurityLog => new LineBuffer(output, now);
