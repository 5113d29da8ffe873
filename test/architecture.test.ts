import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Who may import whom, besides itself. A trailing `/` or `:` allows everything below; a trailing
 * `environment.ts` allows that file alone, as a type; another file name, that file. Written out here so that a change is a decision.
 */
const mayImport: Record<string, readonly string[]> = {
  oauth: [],
  lambda: [
    'oauth',
    'node:',
    '@aws-sdk/',
    'jose',
    'oauth4webapi',
    'cookie',
    'ipaddr.js',
    'hono/html',
    '@types/aws-lambda',
    'aws-lambda',
  ],
  server: [
    'oauth',
    'node:',
    '@modelcontextprotocol/server',
    '@modelcontextprotocol/sdk',
    'aws-jwt-verify',
    'rate-limiter-flexible',
    'ioredis',
    'undici',
    'zod',
    'hono/html',
  ],
  dev: [
    'oauth',
    'server',
    'lambda',
    'node:',
    'jose',
    'cookie',
    'hono',
    '@hono/node-server',
    '@modelcontextprotocol/client',
    'aws-lambda',
  ],
  lib: [
    'oauth',
    'node:',
    'aws-cdk-lib',
    'constructs',
    // Text for people, the same in an output as on the landing page.
    'server/connect-lines.ts',
    'server/environment.ts',
    'server/guard/environment.ts',
    'lambda/authorization-server/environment.ts',
    'lambda/key-relay/environment.ts',
    'lambda/operator/environment.ts',
    'lambda/pre-token-generation/environment.ts',
    'lambda/verification-user/environment.ts',
  ],
  // A checker that shares constants with what it checks proves nothing.
  verify: ['node:'],
  // Measures what runs in AWS beside what somebody would take instead; for a login, over the stand-ins
  // of local mode, with the trigger and the table as they are in AWS.
  bench: [
    'oauth',
    'server',
    'build',
    'dev',
    'lambda',
    'dynalite',
    '@aws-sdk/client-dynamodb',
    'aws-lambda',
    'esbuild',
    'node:',
    'zod',
    'aws-jwt-verify',
    'fastmcp',
    '@modelcontextprotocol/server',
    '@modelcontextprotocol/express',
    '@modelcontextprotocol/node',
    '@modelcontextprotocol/sdk',
  ],
  // What an operator does from a desk with credentials of their own. A room, because lambda/ may not
  // be imported from a terminal program and bin/ only starts things.
  operate: [
    'oauth',
    'node:',
    '@aws-sdk/client-cognito-identity-provider',
    '@aws-sdk/client-cloudformation',
  ],
  // What is published, made from the sources. A room of its own: bin/ only starts it.
  build: ['node:', 'esbuild', '@cyclonedx/cyclonedx-library'],
  // Prices are looked up in templates, which are plain JSON.
  cost: [],
  bin: ['build', 'cost', 'dev', 'lib', 'operate', 'verify', 'node:'],
  examples: [
    'lib',
    'aws-cdk-lib',
    'constructs',
    'cdk-secure-mcp',
    '@modelcontextprotocol/sdk',
    'zod',
    'node:',
  ],
};

const importedBy = (source: string): string[] =>
  [
    ...source.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3]) as string);

const sourceFiles = (folder: string): string[] => {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|mts|cjs)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  } catch {
    return [];
  }
};

const roomOf = (file: string, specifier: string): string => {
  if (!specifier.startsWith('.')) return specifier;
  return (relative(root, join(root, dirname(file), specifier)).split(sep)[0] ?? '') as string;
};

const isAllowed = (target: string, rules: readonly string[]): boolean =>
  rules.some(
    (rule) =>
      target === rule ||
      target.startsWith(rule.endsWith(':') || rule.endsWith('/') ? rule : `${rule}/`),
  );

/**
 * A contract is names and types: importing it as a value would pull in the code beside it. Any other
 * file that the table names must import nothing itself, for the same reason.
 */
const isContract = (file: string, specifier: string, source: string, rules: readonly string[]) => {
  const path = relative(root, join(root, dirname(file), specifier)).replaceAll(sep, '/');
  if (!rules.includes(path)) return false;
  return path.endsWith('environment.ts')
    ? new RegExp(`import type [^;]*'${specifier}'`).test(source)
    : importedBy(readFileSync(join(root, path), 'utf8')).length === 0;
};

/** The imports of one file that the table forbids, as `file → import`. */
const violations = (room: string, file: string, source: string): string[] => {
  const rules = mayImport[room] ?? [];
  return importedBy(source)
    .filter((specifier) => roomOf(file, specifier) !== room)
    .filter((specifier) => !isAllowed(roomOf(file, specifier), rules))
    .filter((specifier) => !isContract(file, specifier, source, rules))
    .map((specifier) => `${file} → ${specifier}`);
};

describe('who may import whom', () => {
  it.each(Object.keys(mayImport))('%s/ imports only what the table allows', (room) => {
    const found = sourceFiles(room).flatMap((file) =>
      violations(room, file, readFileSync(join(root, file), 'utf8')),
    );
    expect(found).toEqual([]);
  });

  it('names every source room, so that a new folder cannot escape the rule', () => {
    const rooms = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && sourceFiles(entry.name).length > 0)
      .map((entry) => entry.name)
      .filter((name) => !['node_modules', 'dist', 'test', '.git', '.artifacts'].includes(name));
    expect(rooms.filter((room) => !(room in mayImport))).toEqual([]);
  });

  it.each([
    ['oauth', 'oauth/pkce.ts', "import { createHash } from 'node:crypto';"],
    ['oauth', 'oauth/pkce.ts', "export { z } from 'zod';"],
    [
      'server',
      'server/pipeline.ts',
      "import { seal } from '../lambda/authorization-server/seal.ts';",
    ],
    ['lambda', 'lambda/x/handler.ts', "const { x } = await import('../../server/config.ts');"],
    ['dev', 'dev/local.ts', "import { App } from 'aws-cdk-lib';"],
    ['lib', 'lib/x/y.ts', "import { parseServerConfig } from '../../server/config.ts';"],
    ['lib', 'lib/x/y.ts', "import { ServerEnvironment } from '../../server/environment.ts';"],
    ['lib', 'lib/x.ts', "import type { Seal } from '../lambda/authorization-server/seal.ts';"],
  ])('catches a forbidden import in %s/', (room, file, source) => {
    expect(violations(room, file, source)).toHaveLength(1);
  });
});
