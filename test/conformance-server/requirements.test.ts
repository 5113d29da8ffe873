import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFixture } from './fixture-server.ts';
import { type Check, type Run, runRequirements } from './suite.ts';

/**
 * The official suite's requirement sets against our pipeline: every request of the suite carries a
 * real access token, which is verified, counted and authorised like any other.
 */

const baselineFile = fileURLToPath(new URL('./baseline-2025-11-25.yaml', import.meta.url));
const baseline = [...readFileSync(baselineFile, 'utf8').matchAll(/^ {2}- (\S+)$/gm)].map(
  ([, name]) => name as string,
);

/** The frozen list of the suite's own package. */
const requiredScenarios = (revision: string): readonly string[] => {
  const file = new URL(
    `../../node_modules/@modelcontextprotocol/conformance/requirements/${revision}.yaml`,
    import.meta.url,
  );
  const server = /^server:\n((?: {2}- \S+\n)+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return [...server.matchAll(/- (\S+)/g)].map(([, name]) => name as string);
};

const withStatus = (checks: readonly Check[] = [], ...statuses: readonly string[]) =>
  checks.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);

let fixture: Awaited<ReturnType<typeof startFixture>>;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

const summary = (run: Run): string => run.output.slice(run.output.indexOf('=== SUMMARY ==='));

describe('the official suite', () => {
  it('2026-07-28: every required scenario runs and none fails, because nothing is in the baseline', async () => {
    const run = await runRequirements('2026-07-28', fixture.url);
    const required = requiredScenarios('2026-07-28');
    expect(required.length).toBeGreaterThan(30);
    for (const name of required) {
      expect(run.scenarios[name], `${name} did not run`).toBeDefined();
      expect(withStatus(run.scenarios[name], 'FAILURE'), name).toEqual([]);
    }
    expect(run.exitCode, summary(run)).toBe(0);
  }, 120_000);

  it('2025-11-25: fails only what needs a session, each with its reason in the baseline', async () => {
    const run = await runRequirements('2025-11-25', fixture.url, [
      '--expected-failures',
      baselineFile,
    ]);
    const required = requiredScenarios('2025-11-25');
    expect(required.length).toBeGreaterThan(25);
    const failed = required.filter(
      // With a baseline, the suite counts a warning as a failure.
      (name) => withStatus(run.scenarios[name], 'FAILURE', 'WARNING').length > 0,
    );
    expect(failed).toEqual(required.filter((name) => baseline.includes(name)));
    expect(required.filter((name) => !run.scenarios[name])).toEqual([]);
    expect(run.exitCode, summary(run)).toBe(0);
  }, 120_000);

  it('went through the pipeline: its calls are in the security log as those of the token’s subject', () => {
    const allowed = fixture.log.events.filter(
      ({ metadata }) => metadata.event_code === 'access.allowed',
    );
    expect(allowed.length).toBeGreaterThan(100);
    const subjects = new Set(
      allowed.map(({ actor }) => (actor as { user?: { uid: string } } | undefined)?.user?.uid),
    );
    expect(subjects).toEqual(new Set(['7c1f0a52-2f5e-4d53-9f0b-6c8a3a1f5a10']));
  });
});
