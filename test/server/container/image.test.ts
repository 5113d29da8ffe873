import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from '../../../build/build-package.ts';
import { readEventStream } from '../../support/event-stream.ts';
import { aRedisServer, hasProgram } from '../../support/redis-server.ts';
import {
  bundleServer,
  environmentOf,
  startIssuer,
  untilHealth,
} from '../../support/server-bundle.ts';
import { pause, sendThrough } from '../cluster/cluster.ts';
import { startRawUpstream } from '../guard/raw-upstream.ts';
import { importBaseImage } from './image/base-image.ts';
import {
  type DockerEngine,
  missingForContainers,
  startDockerEngine,
} from './image/docker-engine.ts';
import { type Container, startContainer } from './image/hardened-container.ts';

/**
 * The images as they are shipped, built by their Dockerfile and run by a real engine. On demand,
 * `npm run test:image`, since it needs root and a minute.
 */

const isWanted = process.env.TEST_IMAGE === '1';

/** The engine with the base image in it, or why there is none. */
const prepare = async (): Promise<DockerEngine | string> => {
  const missing = missingForContainers();
  if (missing) return `there is no ${missing} (Debian: apt-get install docker.io mmdebstrap)`;
  try {
    const engine = await startDockerEngine();
    await importBaseImage(engine).catch(async (error) => {
      await engine.close();
      throw error;
    });
    return engine;
  } catch (error) {
    return `no engine and base image could be had: ${String(error)}`;
  }
};

const prepared = isWanted ? await prepare() : 'it was not asked for';
if (isWanted && typeof prepared === 'string')
  process.stderr.write(
    `NOT CHECKED, because ${prepared}: that the images build from their Dockerfile; that they run read-only, as uid 1000,
without capabilities and in 512 MB; that HEALTHCHECK is green only with keys in hand; that a call with an access
token is served; that SIGTERM drains within the stop timeout and exits with 0; that a wrong configuration ends
them with all of its problems on stderr; that the guard's image lets through what its policy names.\n`,
  );
if (!isWanted) process.stderr.write('SKIPPED: containers are checked by `npm run test:image`\n');

const root = fileURLToPath(new URL('../../../', import.meta.url));
const ecsStopTimeoutMs = 30_000;

describe.skipIf(typeof prepared === 'string')('the shipped images', () => {
  const engine = prepared as DockerEngine;
  let issuer: Awaited<ReturnType<typeof startIssuer>>;
  let directory: string;
  const running: Container[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'images-'));
    issuer = await startIssuer();
    await buildPackage({ root, outDirectory: `${directory}/dist`, report: () => undefined });
    for (const image of ['image', 'guard-image'])
      await engine.docker('build', '-t', `mcp/${image}`, `${directory}/dist/server/${image}`);
    // The same Dockerfile around a server with a slow tool, as a team puts its own server in.
    const own = await bundleServer('test/support/slow-tool-server.ts');
    await mkdir(join(own.file, '../parts'));
    await engine.docker(
      'build',
      '-t',
      'mcp/slow',
      '-f',
      `${root}server/Dockerfile`,
      join(own.file, '..'),
    );
    await own.close();
  }, 300_000);

  afterEach(async () => {
    issuer.setUp(true);
    for (const container of running.splice(0)) await container.remove();
  });

  afterAll(async () => {
    await issuer.close();
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const start = async (
    image: string,
    environment: Readonly<Record<string, string>> = {},
    mounts: readonly string[] = [],
  ) => {
    const complete = { ...environmentOf(issuer.issuer), ...environment };
    const container = await startContainer(engine, image, { environment: complete, mounts });
    running.push(container);
    return container;
  };
  const call = async ({ port }: Container, name: string, args: Record<string, unknown> = {}) => {
    const response = await sendThrough(port, issuer.token(), 'tools/call', {
      name,
      arguments: args,
    });
    return { status: response.status, text: await response.text() };
  };
  const healthOf = (container: Container) => container.inspect('.State.Health.Status');

  it('are small: what is copied onto Node is the bundle, and nothing was run to build them', async () => {
    for (const image of ['mcp/image', 'mcp/guard-image']) {
      const history = await engine.docker(
        'history',
        '--no-trunc',
        '--format',
        '{{.CreatedBy}}',
        image,
      );
      const steps = history.split('\n').filter((line) => /\b(COPY|ADD|RUN)\b/.test(line));
      expect(steps.length).toBeGreaterThan(0);
      // The classic builder writes `#(nop)` for every step but RUN.
      for (const step of steps) expect(step).toMatch(/#\(nop\) COPY /);
      const inside = ['run', '--rm', '--network', 'none', image];
      const files = await engine.docker(...inside, 'find', '/app', '-type', 'f');
      for (const file of files.split('\n'))
        expect(file).toMatch(/^\/app\/(server|parts\/[\w.-]+)\.mjs(\.map)?$/);
      const kilobytes = Number(
        (await engine.docker(...inside, 'du', '-sk', '/app')).split('\t')[0],
      );
      process.stdout.write(`${image}: ${kilobytes} KB on top of Node\n`);
      expect(kilobytes).toBeLessThan(4096);
    }
  }, 60_000);

  it('turn green with keys in hand and not before, without curl, and serve a call', async () => {
    issuer.setUp(false);
    const container = await start('mcp/image');
    await untilHealth(container.port, 503);
    await expect
      .poll(
        async () =>
          ((await container.inspect('.State.Health.Log')) as unknown[] | null)?.length ?? 0,
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    expect(await healthOf(container)).not.toBe('healthy');
    issuer.setUp(true);
    await untilHealth(container.port, 200);
    await expect.poll(() => healthOf(container), { timeout: 30_000 }).toBe('healthy');
    const { status, text } = await call(container, 'whoami');
    expect(status).toBe(200);
    expect(text).toContain('acme');
  }, 90_000);

  it('run as nobody in particular, on a file system that cannot be written to', async () => {
    const container = await start('mcp/image');
    await untilHealth(container.port, 200);
    const inside = (script: string) => engine.docker('exec', container.name, 'node', '-e', script);
    expect(await inside('console.log(process.getuid(), process.getgid())')).toBe('1000 1000');
    const capabilities = await inside(
      "console.log(/CapEff:\\s+(\\w+)/.exec(fs.readFileSync('/proc/1/status','utf8'))[1])",
    );
    expect(Number.parseInt(capabilities, 16)).toBe(0);
    for (const path of ['/app/x', '/tmp/x', '/x'])
      expect(
        await inside(
          `try{fs.writeFileSync('${path}','');console.log('written')}catch(e){console.log(e.code)}`,
        ),
      ).toMatch(/^(EROFS|EACCES)$/);
    expect((await call(container, 'whoami')).status).toBe(200);
  }, 60_000);

  it('stay within 512 MB over four thousand calls', async () => {
    const container = await start('mcp/image', {
      RATE_LIMITS: JSON.stringify({ principal: null, tenant: null, address: null }),
    });
    await untilHealth(container.port, 200);
    const statuses = new Map<number, number>();
    const client = async () => {
      for (let round = 0; round < 250; round += 1) {
        const { status } = await call(container, round % 2 ? 'whoami' : 'search_notes');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    expect(Object.fromEntries(statuses)).toEqual({ 200: 4000 });
    expect(await container.inspect('.State')).toMatchObject({ Running: true, OOMKilled: false });
    const usage = await engine.docker(
      'stats',
      '--no-stream',
      '--format',
      '{{.MemUsage}}',
      container.name,
    );
    process.stdout.write(`memory after 4000 calls: ${usage}\n`);
  }, 120_000);

  it.skipIf(!isWanted || !hasProgram('redis-server'))(
    'reach the shared store, whose client is loaded on demand',
    async () => {
      const redis = await aRedisServer();
      const container = await start('mcp/image', { SHARED_STORE: redis.url });
      await untilHealth(container.port, 200);
      expect((await call(container, 'whoami')).status).toBe(200);
      await redis.kill();
      await expect
        .poll(async () => (await engine.logsOf(container.name)).stdout, { timeout: 5000 })
        .toContain('notifications.degraded');
      expect((await call(container, 'whoami')).status).toBe(200);
      await redis.close();
    },
    60_000,
  );

  it('drain on SIGTERM within the stop timeout: a call in flight finishes, a stream ends with a result, exit 0', async () => {
    const container = await start('mcp/slow');
    await untilHealth(container.port, 200);
    const stream = readEventStream(
      await sendThrough(container.port, issuer.token(), 'subscriptions/listen', {
        notifications: { resourceSubscriptions: ['board:///1'] },
      }),
    );
    const inFlight = call(container, 'slow', { ms: 4000 });
    await pause(300);
    const startedAt = performance.now();
    await engine.docker('stop', '--time', String(ecsStopTimeoutMs / 1000), container.name);
    const stoppedAfterMs = performance.now() - startedAt;
    expect(await inFlight).toMatchObject({ status: 200, text: expect.stringContaining('pid 1') });
    expect(await stream.ended).toBe('ended');
    expect(stream.messages.at(-1)).toMatchObject({ result: { resultType: 'complete' } });
    expect(await container.inspect('.State')).toMatchObject({ ExitCode: 0, OOMKilled: false });
    expect(stoppedAfterMs).toBeLessThan(ecsStopTimeoutMs - 10_000);
    const { stdout } = await engine.logsOf(container.name);
    expect(stdout).toContain('service.stopping');
    process.stdout.write(`stopped after ${Math.round(stoppedAfterMs)} ms\n`);
  }, 90_000);

  it.each(['mcp/image', 'mcp/guard-image'])(
    '%s: end at once when the configuration is wrong, with all of its problems in plain words',
    async (image) => {
      const container = await startContainer(engine, image, {
        environment: { TENANCY: 'maybe', RATE_LIMITS: '[]' },
      });
      running.push(container);
      await engine.docker('wait', container.name);
      expect(await container.inspect('.State.ExitCode')).toBe(1);
      const { stdout, stderr } = await engine.logsOf(container.name);
      const names = [
        'RESOURCE_IDENTIFIER',
        'AUTHORIZATION_SERVER',
        'TOKEN_ISSUERS',
        'TENANCY',
        'RATE_LIMITS',
      ];
      for (const name of names) expect(stderr).toContain(`  - ${name} `);
      if (image.includes('guard')) expect(stderr).toContain('  - UPSTREAM_URL ');
      expect(stderr).not.toContain('    at ');
      expect(stdout).toBe('');
    },
    60_000,
  );

  it('the guard stands before a server on loopback and lets through what its policy names', async () => {
    const upstream = await startRawUpstream();
    const policy = join(directory, 'policy.json');
    await writeFile(policy, JSON.stringify({ tools: { echo: {} } }));
    const container = await start(
      'mcp/guard-image',
      {
        UPSTREAM_URL: upstream.url,
        ACCESS_POLICY_FILE: '/policy.json',
        CALLER_IDENTITY_SECRET: 'a secret of at least 32 characters',
      },
      [`${policy}:/policy.json`],
    );
    await untilHealth(container.port, 200);
    expect(await call(container, 'echo')).toMatchObject({ status: 200 });
    expect((await call(container, 'export')).status).toBe(403);
    expect(upstream.seen).toHaveLength(1);
    expect(upstream.seen[0]?.headers).not.toHaveProperty('authorization');
    await upstream.close();
  }, 60_000);
});
