import { expectedScenarios, runSuite } from './authorization-server-scenarios.ts';
import { mcpClients, preregisteredClients } from './clients.ts';
import { type Deployment, httpsDeployment, localDeployment } from './deployments.ts';
import type { McpClient } from './mcp-client.ts';
import { suiteVersion } from './official-suite.ts';
import { walk } from './sign-in-walk.ts';

/** What the document says is measured, not remembered: this walks every row and runs the suite. */

/** `yes`, why not, or undefined where the row does not apply. */
export type Outcome = string | undefined;

export interface ClientMeasurement {
  readonly client: McpClient;
  readonly overHttp: Outcome;
  readonly belowHttps: Outcome;
  readonly publisherSilent: Outcome;
}

export interface SuiteMeasurement {
  readonly revision: string;
  readonly scenario: string;
  readonly checks: readonly { readonly id: string; readonly status: string }[];
}

export interface Measurements {
  readonly suiteVersion: string;
  readonly suite: readonly SuiteMeasurement[];
  readonly clients: readonly ClientMeasurement[];
}

const outcomeOf = async (client: McpClient, deployment: Deployment): Promise<string> => {
  try {
    await walk(client, deployment);
    return 'yes';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // An error page is quoted with everything on it; its first sentence is the reason.
    return `no: ${/^the login ended.*Sign-in stopped ([^.]+)\./.exec(text)?.[1] ?? text}`;
  }
};

const measureClients = async (deployments: {
  readonly local: Deployment;
  readonly silent: Deployment;
  readonly https: Deployment;
}): Promise<readonly ClientMeasurement[]> => {
  const measured: ClientMeasurement[] = [];
  for (const client of mcpClients) {
    const { kind } = client.registration;
    // Local mode has no pre-registered clients; below https no page has an origin that is allowed.
    const [onLocal, onHttps] = [kind !== 'preregistered', client.browserOrigin === undefined];
    measured.push({
      client,
      overHttp: onLocal ? await outcomeOf(client, deployments.local) : undefined,
      belowHttps: onHttps ? await outcomeOf(client, deployments.https) : undefined,
      publisherSilent:
        kind === 'document' ? await outcomeOf(client, deployments.silent) : undefined,
    });
  }
  return measured;
};

const measureSuite = async (deployment: Deployment): Promise<readonly SuiteMeasurement[]> => {
  const revisions = [...new Set(Object.values(expectedScenarios).flat())];
  const measured: SuiteMeasurement[] = [];
  for (const revision of revisions) {
    const { scenarios } = await runSuite(deployment, {
      parameters: ['--spec-version', revision, '--resource', deployment.mcpUrl],
    });
    for (const scenario of Object.keys(expectedScenarios))
      measured.push({ revision, scenario, checks: scenarios[scenario] ?? [] });
  }
  return measured;
};

export const measure = async (): Promise<Measurements> => {
  const [local, silent, https] = await Promise.all([
    localDeployment('published'),
    localDeployment('silent'),
    httpsDeployment(preregisteredClients),
  ]);
  try {
    return {
      suiteVersion: await suiteVersion(),
      suite: await measureSuite(local),
      clients: await measureClients({ local, silent, https }),
    };
  } finally {
    await Promise.all([local.close(), silent.close(), https.close()]);
  }
};
