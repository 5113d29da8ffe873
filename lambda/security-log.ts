import type { EventContext } from '../oauth/event-details.ts';
import { type BufferedSecurityLog, createLogBuffer, type LogOutput } from '../oauth/log-buffer.ts';

/** Long enough for the runtime to take some kilobytes, short against any function's time limit. */
const flushMilliseconds = 250;

/**
 * The security log of a function. Lines go straight to the standard output and not through `console`,
 * whose JSON format would put the event, as text, into a member of its own.
 */
export const createFunctionLog = (
  component: EventContext['component'],
  output: LogOutput = process.stdout,
): BufferedSecurityLog =>
  createLogBuffer({
    output,
    schedule: setImmediate,
    now: Date.now,
    correlationId: () => crypto.randomUUID().replaceAll('-', ''),
    component,
  });

/**
 * Runs one invocation and writes out its events before it ends: after that the environment is frozen,
 * and perhaps never thawed again.
 */
export const flushingAfter = async <T>(
  log: BufferedSecurityLog,
  invocation: () => Promise<T>,
): Promise<T> => {
  try {
    return await invocation();
  } finally {
    await log.flush(flushMilliseconds);
  }
};
