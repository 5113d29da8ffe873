import { fork } from 'node:child_process';
import { guardUpstream } from '../../server/guard/guard.ts';
import { createSecurityLog } from '../../server/security-log.ts';
import { startResourceServer } from '../../server/start-server.ts';
import { freePort, listening } from '../server-process.ts';
import { serverConfig } from './server-config.ts';
import { jwks } from './settings.ts';

/** Guard mode in front of `upstream.ts`, which is a process of its own: its CPU does not count here. */

const upstreamPort = await freePort();
const upstream = fork(new URL('upstream.ts', import.meta.url), {
  env: { ...process.env, PORT: String(upstreamPort) },
});
process.once('exit', () => upstream.kill());
await listening(upstreamPort);
await startResourceServer(serverConfig, {
  securityLog: createSecurityLog(process.stdout),
  fetchJwks: async () => new Response(jwks),
  application: guardUpstream({
    upstreamUrl: `http://127.0.0.1:${upstreamPort}/mcp`,
    identityKey: { secret: new Uint8Array(32) },
    access: { tools: { echo: { tenantArgument: 'tenant' } } },
  }),
});
