import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeCognito } from '../operate/users/fake-cognito.ts';
import { here } from '../operate/users/run-users.ts';
import { freePort } from '../server/library/example-process.ts';
import { type Consumer, createConsumer, nodes, type Packed, pack } from './packed.ts';

/** Fresh apps outside the repository, which know the package from its tarball only. */

const cdk = ['aws-cdk-lib', 'constructs'];
const mcp = ['@modelcontextprotocol/server', 'zod'];
const compiler = ['typescript', '@types/node', 'undici-types'];

let packed: Packed;
let esm: Consumer;
let cjs: Consumer;
beforeAll(async () => {
  packed = await pack();
  esm = await createConsumer(packed, 'module', [...cdk, ...mcp, ...compiler, 'esbuild']);
  cjs = await createConsumer(packed, 'commonjs', [...cdk, ...mcp, ...compiler]);
}, 120_000);
afterAll(async () => {
  await Promise.all([packed, esm, cjs].map((one) => one.close()));
});

const body = `
const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Mcp', { env: { region: 'us-east-1' } });
const server = new SecureMcpServer(stack, 'McpServer');
new CfnOutput(stack, 'McpUrl', { value: server.url });
app.synth();
`;

const imports = {
  module: `import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { SecureMcpServer } from 'cdk-secure-mcp';`,
  commonjs: `const { App, CfnOutput, Stack } = require('aws-cdk-lib');
const { SecureMcpServer } = require('cdk-secure-mcp');`,
};

const consumerOf = (type: keyof typeof imports): Consumer => (type === 'module' ? esm : cjs);

describe.each(nodes)('on %s', (node) => {
  it.each(['module', 'commonjs'] as const)(
    'a plain %s app synthesises a server with code that can be deployed',
    async (type) => {
      const consumer = consumerOf(type);
      await consumer.write('app.js', imports[type] + body);
      await consumer.node(['app.js'], node);
      const out = join(consumer.directory, 'cdk.out');
      const template = JSON.parse(readFileSync(join(out, 'Mcp.template.json'), 'utf8'));
      const types = Object.values(template.Resources as Record<string, { Type: string }>).map(
        ({ Type }) => Type,
      );
      expect(types).toEqual(
        expect.arrayContaining(['AWS::CloudFront::Distribution', 'AWS::ECS::Service']),
      );
      const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
      const shipped = assets.flatMap((name) => readdirSync(join(out, name)));
      expect(shipped).toEqual(expect.arrayContaining(['index.mjs', 'server.mjs', 'Dockerfile']));
    },
    60_000,
  );

  it('the command runs from node_modules/.bin', async () => {
    const command = join('node_modules', '.bin', 'cdk-secure-mcp');
    expect(await esm.node([command, '--version'], node)).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await esm.node([command, 'verify', '--help'], node)).toContain('Usage: ');
    expect(await esm.node([command, 'users', '--help'], node)).toContain('Usage: ');
    await expect(esm.node([command, 'frobnicate'], node)).rejects.toThrow('unknown command');
  });

  it('the command reaches Cognito with its bundled SDK', async () => {
    const fake = await startFakeCognito({ groups: ['tenant:acme'] });
    const command = [join('node_modules', '.bin', 'cdk-secure-mcp'), 'users'];
    const environment = {
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: fake.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const add = ['add', 'alice@example.com', '--tenant', 'acme', ...here];
    await esm.node([...command, ...add], node, environment);
    const list = await esm.node([...command, 'list', ...here], node, environment);
    await fake.close();
    expect(list).toMatch(/alice@example\.com +acme/);
  });

  it('a server of one’s own starts, and asks a stranger for a token', async () => {
    await esm.write(
      'server.js',
      readFileSync(new URL('../../examples/server-minimal/server.ts', import.meta.url), 'utf8'),
    );
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/mcp`;
    const child = spawn(node, ['server.js'], {
      cwd: esm.directory,
      env: {
        RESOURCE_IDENTIFIER: url,
        AUTHORIZATION_SERVER: 'http://127.0.0.1:9',
        TOKEN_ISSUERS: '[{"issuer":"http://127.0.0.1:9/pool"}]',
        USER_CLIENTS: 'client',
        HOST: '127.0.0.1',
        PORT: String(port),
      },
    });
    const answer = async (): Promise<Response> => {
      for (let tries = 0; tries < 200; tries += 1) {
        const response = await fetch(url, { method: 'POST' }).catch(() => undefined);
        if (response) return response;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('the server did not answer');
    };
    try {
      const { status, headers } = await answer();
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('/.well-known/oauth-protected-resource');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

it('examples/own-server becomes the one file that its Dockerfile copies, by the command it names', async () => {
  const example = (name: string): string =>
    readFileSync(new URL(`../../examples/own-server/${name}`, import.meta.url), 'utf8');
  await esm.write('server.ts', example('server.ts'));
  const [, command] = /npx esbuild (.*)$/m.exec(example('app.ts')) ?? [];
  const esbuild = join(esm.directory, 'node_modules', 'esbuild', 'bin', 'esbuild');
  await esm.node((command as string).split(' '), esbuild);
  // Far enough to read its configuration: everything is there.
  await expect(esm.node(['image/server.mjs'])).rejects.toThrow('RESOURCE_IDENTIFIER must be set');
  expect(example('image/Dockerfile')).toContain('COPY server.mjs ./');
});

describe('a TypeScript app', () => {
  const app = `${imports.module}${body}
import { McpServerCode, type SecureMcpServerProps } from 'cdk-secure-mcp';
export const props: SecureMcpServerProps = { code: McpServerCode.demo(), minTasks: 1 };
`;
  const server = `import { defineTool, type Principal } from 'cdk-secure-mcp/server';
import { z } from 'zod';
export const tool = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets.',
  requiredScopes: ['mcp:greetings:send'],
  inputSchema: z.object({ greeting: z.string() }),
  annotations: { readOnlyHint: true },
  handler: ({ greeting }, { principal }) => {
    const caller: Principal = principal;
    const text: string = greeting;
    return { content: [{ type: 'text', text: text + caller.subject }] };
  },
});
`;
  const mistakes = `import { SecureMcpServer } from 'cdk-secure-mcp';
// @ts-expect-error a misspelt property must not be a default in disguise
export const props: ConstructorParameters<typeof SecureMcpServer>[2] = { minTask: 1 };
`;

  const check = async (consumer: Consumer, name: string, options: Record<string, unknown>) => {
    await consumer.write('app.ts', app);
    await consumer.write('server.ts', server);
    await consumer.write('mistakes.ts', mistakes);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      types: ['node'],
      target: 'ES2023',
      ...options,
    };
    const files = ['app.ts', 'server.ts', 'mistakes.ts'];
    await consumer.write(name, JSON.stringify({ compilerOptions, files }));
    await consumer.node([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', name]);
  };

  it.each([
    ['NodeNext, ES modules', () => esm, { module: 'NodeNext' }],
    ['NodeNext, CommonJS', () => cjs, { module: 'NodeNext' }],
    ['a bundler', () => esm, { module: 'ESNext', moduleResolution: 'Bundler' }],
  ])(
    'compiles with %s, declarations of the package included',
    async (name, consumer, options) => {
      await check(consumer(), `${name.replaceAll(/\W+/g, '-')}.json`, options);
    },
    120_000,
  );
});

it('nothing else can be imported, because what is not promised may change', async () => {
  await esm.write('deep.js', "await import('cdk-secure-mcp/dist/lib/index.js');");
  await expect(esm.node(['deep.js'])).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});
