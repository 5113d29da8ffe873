import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type StageCost, stageCost } from '../cost/stage-cost.ts';
import { bundlesContextKey } from '../lib/assets.ts';
import { SecureMcpApp } from '../lib/stacks/secure-mcp-app.ts';
import { stages } from './stages.ts';

/** Prices do not depend on what a function does: stand-ins save the build. */
const bundles = fileURLToPath(new URL('../test/lib/bundles', import.meta.url));

/** Synthesises what `stages.ts` says and prices each stage. */
export const stageCosts = (): readonly StageCost[] => {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-secure-mcp-cost-'));
  try {
    const app = new SecureMcpApp(stages, {
      outdir,
      context: { ...context, [bundlesContextKey]: bundles },
    });
    return app.synth().nestedAssemblies.map(({ displayName, nestedAssembly }) =>
      stageCost(
        displayName,
        nestedAssembly.stacks.map(({ template }) => template),
      ),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};
