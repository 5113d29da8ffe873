import type { Writable } from 'node:stream';
import { type BufferedSecurityLog, createLogBuffer } from '../oauth/log-buffer.ts';

export type { BufferedSecurityLog } from '../oauth/log-buffer.ts';

/**
 * How long events wait for others to be written with. A process that is killed loses what waits; one
 * that is told to stop does not.
 */
const gatherMs = 5;

/** The security log of the container: see {@link createLogBuffer} for what it guarantees. */
export const createSecurityLog = (
  output: Writable,
  { now = Date.now }: { readonly now?: () => number } = {},
): BufferedSecurityLog =>
  createLogBuffer({
    output,
    schedule: setImmediate,
    gather: (task) => setTimeout(task, gatherMs),
    now,
    correlationId: () => crypto.randomUUID().replaceAll('-', ''),
    component: 'resource-server',
  });
