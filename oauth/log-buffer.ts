import type { EventContext } from './event-details.ts';
import { type SecurityEvent, type SecurityLog, securityEvent } from './security-event.ts';

/**
 * Events → one JSON line each, to an output that may be slow or stuck. Memory is bounded; what does
 * not fit is counted and confessed. Severe events have a lane that ordinary ones cannot fill, so
 * that an attacker cannot drown an alarm in noise.
 */

const bufferCharacters = 4 * 1024 * 1024;
const reservedCharacters = 512 * 1024;
// So much is not gathered any longer: half of what a pipe takes at once.
const gatheredCharacters = 32 * 1024;
// More in one write would hold up the event loop while it is encoded.
const chunkCharacters = 256 * 1024;
const maxEventBytes = 8 * 1024;
const severe = 4;

/** What a buffer writes to: the part of Node's `Writable` that it needs. */
export interface LogOutput {
  write(chunk: string, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: () => void): unknown;
  readonly destroyed: boolean;
}

export interface LogBufferParts {
  readonly output: LogOutput;
  /** Runs a task at the end of this turn of the event loop. */
  readonly schedule: (task: () => void) => void;
  /**
   * Runs a task a little later, so that events of several turns leave in one write: a write costs
   * several times what an event does. @default - nothing is gathered
   */
  readonly gather?: (task: () => void) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new correlation id, for events about the log itself. */
  readonly correlationId: () => string;
  readonly component: EventContext['component'];
}

export interface BufferedSecurityLog extends SecurityLog {
  /**
   * Writes out what is buffered and says how many lines could not be written. Gives up after
   * `timeoutMs`: a stuck reader must not stop a shutdown.
   */
  flush(timeoutMs?: number): Promise<number>;
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
  // A character has at most three bytes in UTF-8.
  if (line.length * 3 <= maxEventBytes) return line;
  const bytes = new TextEncoder().encode(line).byteLength;
  return bytes <= maxEventBytes ? line : `${shortened(event, metadata, bytes)}\n`;
};

interface Loss {
  dropped: number;
  severe: number;
  since: number;
}

class LogBuffer implements BufferedSecurityLog {
  readonly #parts: LogBufferParts;
  #lines: string[] = [];
  #pendingCharacters = 0;
  #linesUnderWay = 0;
  #sequence = 0;
  #isScheduled = false;
  #isGathering = false;
  #isUrgent = false;
  #isWriting = false;
  #unreported: Loss | undefined;
  dropped = 0;

  constructor(parts: LogBufferParts) {
    this.#parts = parts;
    // Without a listener, a reader that hangs up (EPIPE) would end the process.
    parts.output.on('error', () => undefined);
  }

  record(event: SecurityEvent): void {
    try {
      this.#accept(event);
    } catch {
      this.#drop(event);
    }
  }

  async flush(timeoutMs = 2000): Promise<number> {
    const { now, output } = this.#parts;
    const deadline = now() + timeoutMs;
    while (this.#pendingCharacters > 0 && !output.destroyed && now() < deadline) {
      this.#write();
      if (this.#pendingCharacters > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return this.#lines.length + this.#linesUnderWay;
  }

  #accept(event: SecurityEvent): void {
    // Numbered even when dropped: a gap in the numbers is how a reader sees a loss.
    this.#sequence += 1;
    const limit =
      event.severity_id >= severe ? bufferCharacters : bufferCharacters - reservedCharacters;
    // A full buffer must not cost the work of making a line that is thrown away.
    if (this.#pendingCharacters >= limit || this.#parts.output.destroyed) {
      this.#drop(event);
      return;
    }
    const line = lineOf(event, this.#sequence);
    this.#lines.push(line);
    this.#pendingCharacters += line.length;
    if (event.severity_id >= severe) this.#isUrgent = true;
    this.#writeLater();
  }

  #writeSoon(): void {
    if (this.#isScheduled || this.#isWriting) return;
    this.#isScheduled = true;
    this.#parts.schedule(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  #writeLater(): void {
    const { gather } = this.#parts;
    // Severe events are not kept in memory for longer than a turn.
    if (!gather || this.#isUrgent || this.#pendingCharacters >= gatheredCharacters) {
      this.#writeSoon();
      return;
    }
    if (this.#isGathering || this.#isWriting) return;
    this.#isGathering = true;
    gather(() => {
      this.#isGathering = false;
      this.#write();
    });
  }

  #drop(event: SecurityEvent): void {
    this.dropped += 1;
    this.#unreported ??= { dropped: 0, severe: 0, since: this.#parts.now() };
    this.#unreported.dropped += 1;
    if (event.severity_id >= severe) this.#unreported.severe += 1;
  }

  /** The oldest lines, up to what one write may hold. */
  #takeChunk(): string {
    let characters = 0;
    let count = 0;
    while (count < this.#lines.length && characters < chunkCharacters) {
      characters += (this.#lines[count] as string).length;
      count += 1;
    }
    this.#linesUnderWay = count;
    if (count === this.#lines.length) {
      this.#isUrgent = false;
      const all = this.#lines;
      this.#lines = [];
      return all.join('');
    }
    return this.#lines.splice(0, count).join('');
  }

  /** One write at a time; the next one starts when the output has passed this one on. */
  #write(): void {
    if (this.#isWriting || this.#lines.length === 0 || this.#parts.output.destroyed) return;
    const chunk = this.#takeChunk();
    this.#isWriting = true;
    this.#parts.output.write(chunk, (error) => {
      this.#isWriting = false;
      this.#linesUnderWay = 0;
      this.#pendingCharacters -= chunk.length;
      if (!error) this.#confess();
      if (this.#lines.length > 0) this.#writeLater();
    });
  }

  #confess(): void {
    if (!this.#unreported) return;
    const { dropped, severe: severeCount, since } = this.#unreported;
    this.#unreported = undefined;
    const { now, correlationId, component } = this.#parts;
    const context = { time: now(), correlationId: correlationId(), component };
    const evidence = { dropped, severe: severeCount, since };
    this.record(securityEvent('log.dropped', context, { evidence }));
  }
}

/**
 * Guarantees: recording never throws and never waits; at most 4 Mi characters are held (and the one
 * event on top), 512 Ki of them for severity 4 and above; one write at a time, begun at the end of the
 * turn of the event loop for severity 4 and above, for others when they have been gathered; every line
 * is at most 8 KiB; every event has a `metadata.sequence`, and a loss leaves a gap and a `log.dropped`
 * event with the number of events lost.
 * Does not survive the process: call `flush` before leaving. Does not number across processes: the
 * log stream says which one wrote.
 */
export const createLogBuffer = (parts: LogBufferParts): BufferedSecurityLog => new LogBuffer(parts);
