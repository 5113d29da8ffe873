import { copyFile, rm, stat, writeFile } from 'node:fs/promises';
import { type BuildOptions, build } from 'esbuild';

/**
 * Bundles everything that runs in AWS into `dist/`: one file per function, one for each image; and
 * the verifier, which runs anywhere.
 */

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  // The oldest Node that anything here may run on.
  target: 'node20.19',
  format: 'esm',
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  // Some dependencies are CommonJS and call require(); an ES module has none of its own.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};

// The Lambda runtime brings the AWS SDK: a broker without it is 100 KB instead of 640.
const inLambda: BuildOptions = { external: ['@aws-sdk/*'] };

const bundles = [
  [
    'lambda/authorization-server/handler.ts',
    'dist/lambda/authorization-server/index.mjs',
    inLambda,
  ],
  [
    'lambda/pre-token-generation/handler.ts',
    'dist/lambda/pre-token-generation/index.mjs',
    inLambda,
  ],
  ['lambda/operator/handler.ts', 'dist/lambda/operator/index.mjs', inLambda],
  ['server/main.ts', 'dist/server/image/server.mjs', {}],
  ['server/guard/main.ts', 'dist/server/guard-image/server.mjs', {}],
  ['bin/verify.ts', 'dist/bin/verify.mjs', {}],
] as const;

/** Names what went into a bundle: bundling hides dependencies from `npm audit`, this list does not. */
const packagesOf = (inputs: readonly string[]): readonly string[] =>
  [
    ...new Set(
      inputs.flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
    ),
  ].sort();

await rm('dist', { recursive: true, force: true });
const contents: Record<string, readonly string[]> = {};
for (const [entry, outfile, options] of bundles) {
  const { metafile } = await build({ ...shared, ...options, entryPoints: [entry], outfile });
  contents[outfile] = packagesOf(Object.keys(metafile?.inputs ?? {}));
  const { size } = await stat(outfile);
  process.stdout.write(`${outfile.padEnd(48)} ${(size / 1024).toFixed(0).padStart(5)} KB\n`);
}
// The same Dockerfile: an image is one bundled file.
for (const image of ['dist/server/image', 'dist/server/guard-image'])
  await copyFile('server/Dockerfile', `${image}/Dockerfile`);
await writeFile('dist/bundled-packages.json', `${JSON.stringify(contents, null, 2)}\n`);
