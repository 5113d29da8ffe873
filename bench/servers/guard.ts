import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { guardUpstream } from '../../server/guard/guard.ts';
import { createSecurityLog } from '../../server/security-log.ts';
import { startServer } from '../../server/start-server.ts';
import { freePort, listening, onCore } from '../server-process.ts';
import { serverConfig } from './server-config.ts';
import { jwks } from './settings.ts';

/**
 * Guard mode in front of a process of its own, whose CPU does not count here: `upstream.ts` on the
 * same core, as in a small task, or a faster one on the other, so that the guard never waits.
 */

const name = process.env.BENCH_UPSTREAM ?? 'upstream';
// The upstream ends with this process, as told by the gauge, but is not in a profile of it.
const options = process.execArgv.filter((option) => !option.startsWith('--cpu-prof'));
const [execPath, ...execArgv] = onCore(name === 'upstream' ? 0 : 1, [process.execPath, ...options]);
const upstreamPort = await freePort();
const upstream = fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), {
  env: { ...process.env, PORT: String(upstreamPort) },
  execPath,
  execArgv,
});
process.once('exit', () => upstream.kill());
await listening(upstreamPort);
await startServer(serverConfig, {
  securityLog: createSecurityLog(process.stdout),
  fetchJwks: async () => new Response(jwks),
  backend: guardUpstream({
    upstreamUrl: `http://127.0.0.1:${upstreamPort}/mcp`,
    identityKey: { secret: new Uint8Array(32) },
    access: { tools: { echo: { tenantArgument: 'tenant' } } },
  }),
});
