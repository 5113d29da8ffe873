import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** The only file that knows where the bundles of the runtime code live. */

/**
 * Context key: a directory to take bundles from instead of `dist/`. For tests, which synthesise
 * without a build.
 */
export const bundlesContextKey = 'cdk-secure-mcp:bundles';

export type LambdaBundleName =
  | 'authorization-server'
  | 'key-relay'
  | 'operator'
  | 'pre-token-generation'
  | 'verification-user';

// As TypeScript this file is `lib/assets.ts`, published it is `dist/lib/assets.js`.
const builtDirectory = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/' : '../', import.meta.url),
);

/** @throws Error when the bundle has not been built */
const bundleDirectory = (construct: IConstruct, path: string, entry: string): string => {
  const root: unknown = construct.node.tryGetContext(bundlesContextKey) ?? builtDirectory;
  const directory = join(String(root), path);
  if (!existsSync(join(directory, entry)))
    throw new Error(
      `the bundle '${path}' must exist, got no ${entry} in ${directory}: run \`npm run build\` first`,
    );
  return directory;
};

/** The code of a function. Nothing is bundled at synth: no esbuild, no Docker. */
export const lambdaBundle = (construct: IConstruct, name: LambdaBundleName): Code =>
  Code.fromAsset(bundleDirectory(construct, join('lambda', name), 'index.mjs'));

/** As below, of the guard in front of somebody else's server. */
export const guardImageDirectory = (construct: IConstruct): string =>
  bundleDirectory(construct, join('server', 'guard-image'), 'Dockerfile');

/** The build context of the container: the server, what it loads on demand, and a Dockerfile without RUN. */
export const serverImageDirectory = (construct: IConstruct): string =>
  bundleDirectory(construct, join('server', 'image'), 'Dockerfile');
