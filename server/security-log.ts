import type { Writable } from 'node:stream';
import { type BufferedSecurityLog, createLogBuffer } from '../oauth/log-buffer.ts';

export type { BufferedSecurityLog } from '../oauth/log-buffer.ts';

/** The security log of the container: see {@link createLogBuffer} for what it guarantees. */
export const createSecurityLog = (
  output: Writable,
  { now = Date.now }: { readonly now?: () => number } = {},
): BufferedSecurityLog =>
  createLogBuffer({
    output,
    schedule: setImmediate,
    now,
    correlationId: () => crypto.randomUUID().replaceAll('-', ''),
    component: 'resource-server',
  });
