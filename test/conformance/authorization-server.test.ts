import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AuthorizationServerRun,
  aSuiteClient,
  expectedScenarios,
  runSuite,
} from './authorization-server-scenarios.ts';
import { type Deployment, localDeployment } from './deployments.ts';
import { listScenarios, suiteVersion } from './official-suite.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await localDeployment('published');
});
afterAll(() => deployment.close());

const statuses = ({ scenarios }: AuthorizationServerRun) =>
  Object.fromEntries(
    Object.entries(scenarios).map(([name, checks]) => [
      name,
      checks.map(({ id, status, errorMessage }) => [id, errorMessage ?? status]),
    ]),
  );

describe('the official conformance suite', () => {
  it('is the version that was examined, because a newer one may ask for more', async () => {
    expect(await suiteVersion()).toBe('0.2.0-alpha.12');
  });

  it('has these scenarios for authorization servers, because one that is not run proves nothing', async () => {
    expect(await listScenarios()).toEqual(expectedScenarios);
  });
});

const metadataChecks = ['authorization-server-metadata'];
const documentChecks = ['authorization-server-metadata-cimd'];

/** `draft` is accepted beside the dated revisions that the scenarios declare. */
const revisions: readonly (readonly [revision: string, metadata: readonly string[]])[] = [
  ['2025-03-26', metadataChecks],
  ['2025-06-18', metadataChecks],
  ['2025-11-25', [...metadataChecks, ...documentChecks]],
  ['2026-07-28', [...metadataChecks, ...documentChecks]],
  ['draft', [...metadataChecks, ...documentChecks]],
];

describe('the authorization server, judged by the official suite over HTTP', () => {
  it.each(revisions)(
    'passes every check of both scenarios in %s, because clients of that revision count on them',
    async (revision, metadata) => {
      const run = await runSuite(deployment, { parameters: ['--spec-version', revision] });
      expect(statuses(run)).toEqual({
        'authorization-server-metadata-endpoint': metadata.map((id) => [id, 'SUCCESS']),
        'authorization-code-grant': [['authorization-code-grant', 'SUCCESS']],
      });
      expect(run.exitCode).toBe(0);
    },
  );

  it('passes with the resource parameter, because every client since 2025-06-18 sends it', async () => {
    const run = await runSuite(deployment, { parameters: ['--resource', deployment.mcpUrl] });
    expect(statuses(run)['authorization-code-grant']).toEqual([
      ['authorization-code-grant', 'SUCCESS'],
    ]);
  });
});

describe('the test itself', () => {
  it('notices an issuer with one slash too many, because a suite that cannot fail proves nothing', async () => {
    const run = await runSuite(deployment, { url: `${deployment.issuer}/` });
    expect(statuses(run)['authorization-server-metadata-endpoint']).toContainEqual([
      'authorization-server-metadata',
      `Invalid issuer: ${deployment.issuer}`,
    ]);
    expect(run.exitCode).toBe(1);
  });

  it('notices a resource that is another server, because the suite must see our refusals', async () => {
    const run = await runSuite(deployment, {
      parameters: ['--resource', 'https://other.example/mcp'],
      // The refusal is sent to the client's redirect URI without any page in between.
      stopsBeforeLogin: true,
    });
    expect(JSON.stringify(statuses(run)['authorization-code-grant'])).toContain('invalid_target');
    expect(run.exitCode).toBe(1);
  });

  it('notices a skipped scenario, because the suite exits with 0 without a client id', async () => {
    const run = await runSuite(deployment, { client: 'none' });
    expect(run.exitCode).toBe(0);
    expect(run.scenarios['authorization-code-grant']?.map(({ status }) => status)).toEqual([
      'SKIPPED',
    ]);
  });

  it('cannot speak for clients with a secret, because the suite authenticates with none when that is listed', async () => {
    const client = await aSuiteClient(deployment, 'client_secret_post');
    expect(client.clientSecret).toBeTypeOf('string');
    const run = await runSuite(deployment, {
      client,
      parameters: ['--client-secret', client.clientSecret as string],
    });
    expect(JSON.stringify(statuses(run)['authorization-code-grant'])).toContain('401');
  });
});
