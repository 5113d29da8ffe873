import { Session } from 'node:inspector/promises';
import { Writable } from 'node:stream';
import { ok } from '../oauth/result.ts';
import type { IncomingCall } from '../server/incoming-call.ts';
import { applicationBackend } from '../server/mcp/handler.ts';
import { createResourceServer } from '../server/resource-server.ts';
import { createSecurityLog } from '../server/security-log.ts';
import { callOf } from './requests.ts';
import { guardedEchoTool } from './servers/echo-tool.ts';
import { serverConfig } from './servers/server-config.ts';
import { accessTokens, createSigner } from './tokens.ts';

/**
 * A process of its own that says on standard output what one call with a warm token costs when nothing
 * is read from or written to a socket, and how many of its bytes outlive the young generation: V8
 * collects those seldom, and everybody waits meanwhile.
 */

export interface CallWithoutSockets {
  /** Microseconds of CPU, all threads. */
  readonly cpu: number;
  readonly retainedBytes: number;
}

const calls = 20_000;

const signer = createSigner();
const server = createResourceServer(serverConfig, {
  securityLog: createSecurityLog(new Writable({ write: (_, __, done) => done() })),
  fetchJwks: async () => new Response(signer.jwks),
  backend: applicationBackend({
    name: 'bench',
    version: '1.0.0',
    tools: [guardedEchoTool('echo')],
  }),
});
await server.warm();

const { body, headers } = callOf('echo');
const incoming: readonly IncomingCall[] = accessTokens(signer, 64).map((token) => {
  const fields: Readonly<Record<string, string>> = {
    host: 'mcp.example.com',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'cloudfront-viewer-address': '203.0.113.7:4711',
    authorization: `Bearer ${token}`,
    ...headers,
  };
  return {
    method: 'POST',
    target: '/mcp',
    headers: { get: (name) => fields[name] ?? null, entries: () => Object.entries(fields) },
    toRequest: () => {
      throw new Error('an ordinary call needs no Request');
    },
    onGone: () => undefined,
    readBody: async () => ok(Buffer.from(body)),
    duplicateAuthorization: false,
  };
});

const run = async (): Promise<void> => {
  for (let index = 0; index < calls; index += 1) {
    const { status } = await server.answer(incoming[index % incoming.length] as IncomingCall);
    if (status !== 200) throw new Error(`the call was answered with ${status}`);
    // Detections and the log have their turn, as they have between requests.
    if (index % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
};

const cpuOf = async (): Promise<number> => {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
};

interface Node {
  readonly selfSize: number;
  readonly children: readonly Node[];
}

const sizeOf = ({ selfSize, children }: Node): number =>
  selfSize + children.reduce((sum, child) => sum + sizeOf(child), 0);

/** Samples what is allocated and not collected by the next scavenge, dead or alive. */
const retainedBytes = async (): Promise<number> => {
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 4096,
    includeObjectsCollectedByMajorGC: true,
  });
  await run();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  return sizeOf(profile.head) / calls;
};

await run();
const cpu = Math.min(await cpuOf(), await cpuOf(), await cpuOf());
const figures: CallWithoutSockets = { cpu, retainedBytes: await retainedBytes() };
await server.close();
process.stdout.write(JSON.stringify(figures));
