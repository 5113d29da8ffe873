import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { imageOptions } from './scenarios.ts';
import type { CallWithoutSockets } from './without-sockets.ts';

const script = fileURLToPath(new URL('without-sockets.ts', import.meta.url));

/** Runs {@link file://./without-sockets.ts} with the options of Node that the image has. */
export const callWithoutSockets = async (): Promise<CallWithoutSockets> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...imageOptions, script]);
  return JSON.parse(stdout) as CallWithoutSockets;
};
