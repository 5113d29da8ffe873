import type { BuildOptions } from 'esbuild';
import { smallJsonSchemaValidator } from './small-json-schema-validator.ts';
import { undiciClientOnly } from './undici-client-only.ts';
import { withoutZodLocales } from './without-zod-locales.ts';

/** What is bundled from what. Paths are below the root of the repository and below `dist/`. */

export interface Bundle {
  /** Source → output without extension. Several share what they have in common. */
  readonly entries: Readonly<Record<string, string>>;
  readonly options: BuildOptions;
}

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  // The oldest Node that anything here may run on.
  target: 'node20.19',
  format: 'esm',
  legalComments: 'none',
  metafile: true,
};

// Some dependencies are CommonJS and call require(); an ES module has none of its own.
const banner = {
  js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
};

/** One file that runs as it is. */
const program: BuildOptions = {
  ...shared,
  banner,
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  outExtension: { '.js': '.mjs' },
};

// The Lambda runtime brings the AWS SDK: a broker without it is 100 KB instead of 640.
const inLambda: BuildOptions = { ...program, external: ['@aws-sdk/*'] };

const lambda = (name: string): Bundle => ({
  entries: { [`lambda/${name}/handler.ts`]: `lambda/${name}/index` },
  options: inLambda,
});

/**
 * A server as an image holds it: what every server needs, and beside it, in `parts/`, what is loaded
 * only where a store is shared (ioredis and its limiter, 260 KB).
 */
const server = (image: string, source: string): Bundle => ({
  entries: { [source]: `server/${image}/server` },
  options: {
    ...program,
    plugins: [withoutZodLocales, undiciClientOnly, smallJsonSchemaValidator],
    splitting: true,
    chunkNames: `server/${image}/parts/[name]-[hash]`,
  },
});

export const bundles: readonly Bundle[] = [
  lambda('authorization-server'),
  lambda('pre-token-generation'),
  lambda('operator'),
  lambda('verification-user'),
  lambda('key-relay'),
  server('image', 'server/main.ts'),
  server('guard-image', 'server/guard/main.ts'),
  {
    // A subcommand is loaded when it is chosen: `verify` does not wait for the AWS SDK.
    entries: { 'bin/cdk-secure-mcp.ts': 'bin/cdk-secure-mcp', 'bin/verify.ts': 'bin/verify' },
    options: { ...program, splitting: true, chunkNames: 'bin/parts/[name]-[hash]' },
  },
  {
    // The constructs: readable, and nothing in them but ours.
    entries: { 'lib/index.ts': 'lib/index' },
    options: { ...shared, packages: 'external' },
  },
  {
    // The server library. The MCP SDK and zod are the reader's own: their objects meet ours.
    entries: { 'server/index.ts': 'server/index' },
    options: {
      ...shared,
      banner,
      plugins: [undiciClientOnly],
      external: ['@modelcontextprotocol/*', 'zod'],
    },
  },
];

/** Directories that become images: each gets the Dockerfile, which copies what is there. */
export const images = ['server/image', 'server/guard-image'] as const;
