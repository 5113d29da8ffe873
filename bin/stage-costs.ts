import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type StageCost, stageCost } from '../cost/stage-cost.ts';
import { bundlesContextKey } from '../lib/assets.ts';
import { SecureMcpApp } from '../lib/stacks/secure-mcp-app.ts';
import type { StageConfiguration, Stages } from '../lib/stacks/stage-configuration.ts';
import { stages } from './stages.ts';

/** Prices do not depend on what a function does: stand-ins save the build. */
const bundles = fileURLToPath(new URL('../test/lib/bundles', import.meta.url));

/** Synthesises these stages and prices each of them. */
const costsOf = (configuration: Stages): readonly StageCost[] => {
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-secure-mcp-cost-'));
  try {
    const app = new SecureMcpApp(configuration, {
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

/** What `stages.ts` says. */
export const stageCosts = (): readonly StageCost[] => costsOf(stages);

/** What somebody may want otherwise, one at a time. */
const choices: Readonly<Record<string, Partial<StageConfiguration>>> = {
  '`minTasks: 1`': { minTasks: 1 },
  '`useSpot: true`': { useSpot: true },
  "`egress: 'nat-instance'`": { egress: 'nat-instance' },
  '`natGateways: 2`': { natGateways: 2 },
  "`alarms: 'essential'`": { alarms: 'essential' },
  "`sharedStore: 'valkey'`": { sharedStore: 'valkey' },
};

/** What each choice adds to production's list price of a month, in US dollars. */
export const choiceCosts = (costs: readonly StageCost[]): Readonly<Record<string, number>> => {
  const production = costs.find(({ stage }) => stage === 'Production')?.floorUsd ?? Number.NaN;
  return Object.fromEntries(
    Object.entries(choices).map(([name, change]) => {
      const { natGateways, ...rest } = { ...stages.production, ...change } as StageConfiguration;
      // A number of gateways contradicts every other way out.
      const changed = change.egress ? rest : { ...rest, ...(natGateways && { natGateways }) };
      const [cost] = costsOf({ production: changed });
      return [name, (cost?.floorUsd ?? Number.NaN) - production];
    }),
  );
};
