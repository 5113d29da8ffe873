import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { demoUsers } from '../../dev/demo-users.ts';
import { startLocalMode } from '../../dev/local-mode.ts';
import { verifyCommand } from '../../verify/command.ts';
import { version } from '../../verify/version.ts';

/**
 * Writes docs/examples: what `verify` says about servers on loopback. Run after a change of the
 * checks: `npx node -C cdk-secure-mcp:source test/verify/write-example-reports.ts`.
 */

interface Running {
  readonly url: string;
  readonly stop: () => unknown;
}

interface Example {
  readonly name: string;
  readonly server: string;
  readonly version: string;
  readonly startedWith: string;
  readonly start: () => Promise<Running>;
  readonly more?: readonly string[];
}

const root = new URL('../../', import.meta.url);
const require = createRequire(import.meta.url);
const folderOf = (name: string): URL => new URL(`node_modules/${name}/`, root);
const versionOf = (name: string): string =>
  JSON.parse(readFileSync(new URL('package.json', folderOf(name)), 'utf8')).version;

const isUp = async (url: string): Promise<boolean> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
};

const spawned = async (
  file: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  url: string,
): Promise<Running> => {
  const child: ChildProcess = spawn(process.execPath, [file, ...argv], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  if (!(await isUp(url))) throw new Error(`${file} did not start`);
  return { url, stop: () => child.kill() };
};

const sdkV1 = (file: string): string =>
  require
    .resolve(`@modelcontextprotocol/sdk/server/mcp.js`)
    .replace(/server\/mcp\.js$/, `examples/server/${file}`);

const startBare = async (): Promise<Running> => {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bare', version: '1.0.0' }, {});
    const annotations = { readOnlyHint: true };
    server.registerTool('now', { description: 'What time it is', annotations }, async () => ({
      content: [{ type: 'text', text: new Date().toISOString() }],
    }));
    return server;
  });
  const server = createServer(getRequestListener((request) => handler.fetch(request)));
  server.listen(4703, '127.0.0.1');
  await once(server, 'listening');
  return { url: 'http://localhost:4703/mcp', stop: () => server.close() };
};

const startOurs = async (): Promise<Running> => {
  const local = await startLocalMode({ port: 4706, securityLog: { record: () => {} } });
  return { url: local.mcpUrl, stop: () => local.close() };
};

const examples: readonly Example[] = [
  {
    name: 'verify-sdk-v1-oauth',
    server:
      '`@modelcontextprotocol/sdk`, `examples/server/simpleStreamableHttp.js`: sessions, demo authorization server',
    version: versionOf('@modelcontextprotocol/sdk'),
    startedWith: '`MCP_PORT=4701 MCP_AUTH_PORT=4702 node … --oauth --oauth-strict`',
    start: () =>
      spawned(
        sdkV1('simpleStreamableHttp.js'),
        ['--oauth', '--oauth-strict'],
        { MCP_PORT: '4701', MCP_AUTH_PORT: '4702' },
        'http://localhost:4701/mcp',
      ),
  },
  {
    name: 'verify-sdk-v1-stateless',
    server:
      '`@modelcontextprotocol/sdk`, `examples/server/simpleStatelessStreamableHttp.js`: no authorization',
    version: versionOf('@modelcontextprotocol/sdk'),
    startedWith: '`node …`',
    start: () =>
      spawned(sdkV1('simpleStatelessStreamableHttp.js'), [], {}, 'http://localhost:3000/mcp'),
  },
  {
    name: 'verify-everything',
    server: '`@modelcontextprotocol/server-everything`: sessions, no authorization',
    version: versionOf('@modelcontextprotocol/server-everything'),
    startedWith: '`PORT=4705 node dist/index.js streamableHttp`',
    start: () =>
      spawned(
        new URL('dist/index.js', folderOf('@modelcontextprotocol/server-everything')).pathname,
        ['streamableHttp'],
        { PORT: '4705' },
        'http://localhost:4705/mcp',
      ),
  },
  {
    name: 'verify-sdk-v2-bare',
    server:
      '`@modelcontextprotocol/server` `createMcpHandler` with one tool, `@hono/node-server`: no authorization',
    version: `${versionOf('@modelcontextprotocol/server')}, ${versionOf('@hono/node-server')}`,
    startedWith: 'nothing in front of it',
    start: startBare,
  },
  {
    name: 'verify-local-mode',
    server: 'our local mode, signed in as a test user, with bursts',
    version: 'this repository',
    startedWith: '`npm run dev`, `--username alice`',
    start: startOurs,
    more: ['--username', 'alice', '--rate-limits'],
  },
];

const write = (file: string, text: string): Promise<void> =>
  writeFile(new URL(`docs/examples/${file}`, root), text);

const report = async ({ name, start, more = [] }: Example): Promise<void> => {
  const { url, stop } = await start();
  let printed = '';
  const exitCode = await verifyCommand({
    arguments: [url, '--html', `${name}.html`, ...more],
    environment: { VERIFY_PASSWORD: demoUsers[0]?.password },
    readLine: async () => undefined,
    readInput: async () => undefined,
    readFile: async () => '',
    writeFile: write,
    print: (text) => {
      printed += text;
    },
    printError: (text) => process.stderr.write(text),
    isTerminal: false,
  });
  await stop();
  await write(`${name}.txt`, printed);
  process.stdout.write(`${name}: exit code ${exitCode}\n`);
};

for (const example of examples) await report(example);

const rows = examples.map(
  ({ name, server, version, startedWith }) =>
    `| [text](${name}.txt), [HTML](${name}.html) | ${server} | ${version} | ${startedWith} |`,
);
await write(
  'verify-reports.md',
  `# Reports of \`verify\`

What \`verify\` ${version} says about servers on loopback, made on ${new Date().toISOString().slice(0, 10)} with Node ${process.versions.node} by
\`test/verify/write-example-reports.ts\`. The first four are servers that nobody here wrote; \`test/verify/strangers.test.ts\`
runs the first and the last of these at every test.

| report | server | version | started with |
| --- | --- | --- | --- |
${rows.join('\n')}

The demo authorization server of SDK v1 calls itself "not for production", and the report says why: it hands out codes without asking
anyone, compares loopback ports exactly, registers plain http redirects, and answers a wrong token with 500.
`,
);
process.exit();
