import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aFreePort } from '../../support/redis-server.ts';
import { untilListening } from './load-balancer.ts';

/**
 * Debian's nginx in the place of CloudFront: one connection per client, another one to the origin,
 * and a limit on silence. Its buffering stays on, as it is unless an answer says otherwise
 * (`X-Accel-Buffering: no`). It is not CloudFront: WAF, caching and header limits are not seen here.
 */
const configuration = (
  directory: string,
  port: number,
  origin: number,
  silenceMs: number,
): string =>
  `
daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 512; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/${name};`).join('\n  ')}
  upstream origin { server 127.0.0.1:${origin}; keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_read_timeout ${silenceMs}ms;
    }
  }
}
`.trimStart();

export const startEdge = async (
  origin: number,
  { silenceMs = 30_000 }: { readonly silenceMs?: number } = {},
) => {
  const port = await aFreePort();
  const directory = await mkdtemp(join(tmpdir(), 'nginx-'));
  await mkdir(join(directory, 'logs'));
  const file = join(directory, 'nginx.conf');
  await writeFile(file, configuration(directory, port, origin, silenceMs));
  const child = spawn('nginx', ['-p', directory, '-c', file], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await untilListening(port);
  return {
    port,
    close: async () => {
      child.kill('SIGTERM');
      await gone;
      await rm(directory, { recursive: true, force: true });
    },
  };
};
