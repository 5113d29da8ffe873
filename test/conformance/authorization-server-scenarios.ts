import { setTimeout } from 'node:timers/promises';
import { createScriptedBrowser } from '../../dev/scripted-browser.ts';
import { signInAs } from '../../dev/sign-in-as.ts';
import type { Deployment } from './deployments.ts';
import { freePort, runAuthorizationScenarios, type SuiteRun } from './official-suite.ts';

/** The two authorization-server scenarios of the official suite, against a deployment over HTTP. */

const everyRevision = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'];

export const expectedScenarios: Readonly<Record<string, readonly string[]>> = {
  'authorization-server-metadata-endpoint': everyRevision,
  'authorization-code-grant': everyRevision,
};

export type AuthorizationServerRun = SuiteRun;

export interface SuiteClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly port: number;
}

/** The suite wants a registered client; its redirect URI is `/callback` on a port of our choice. */
export const aSuiteClient = async (
  deployment: Deployment,
  authMethod = 'none',
): Promise<SuiteClient> => {
  const port = await freePort();
  const response = await deployment.fetch(`${deployment.issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'MCP conformance suite',
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
      token_endpoint_auth_method: authMethod,
    }),
  });
  const registered = (await response.json()) as { client_id: string; client_secret?: string };
  return {
    port,
    clientId: registered.client_id,
    ...(registered.client_secret !== undefined && { clientSecret: registered.client_secret }),
  };
};

/**
 * Takes the answer to the suite, which prints its URL a moment before it listens: a person is never that
 * fast, a refusal without a page in between is.
 */
const bring = async (answer: URL, attempts = 100): Promise<void> => {
  const response = await fetch(answer).catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
    if (cause?.code !== 'ECONNREFUSED' || attempts <= 1) throw error;
    return undefined;
  });
  if (response) return void (await response.text());
  await setTimeout(50);
  return bring(answer, attempts - 1);
};

/** Opens the printed URL, allows and signs in, and takes the answer to the suite's own listener. */
const personAt = (deployment: Deployment, port: number, stopsBeforeLogin: boolean) => {
  const redirectUri = `http://127.0.0.1:${port}/callback`;
  return async (authorizationUrl: string): Promise<void> => {
    const pages: string[] = [];
    const answer = await signInAs(createScriptedBrowser(deployment.fetch), authorizationUrl, {
      ...deployment.user,
      redirectUri,
      onPage: ({ url }) => pages.push(new URL(url).pathname),
    });
    if (pages.length !== (stopsBeforeLogin ? 0 : 2))
      throw new Error(`the person saw ${pages.join(', ') || 'no page'}`);
    await bring(answer);
  };
};

export const runSuite = async (
  deployment: Deployment,
  options: {
    readonly url?: string;
    readonly client?: SuiteClient | 'none';
    readonly parameters?: readonly string[];
    readonly stopsBeforeLogin?: boolean;
  } = {},
): Promise<AuthorizationServerRun> => {
  const client = options.client ?? (await aSuiteClient(deployment));
  const port = client === 'none' ? await freePort() : client.port;
  return runAuthorizationScenarios({
    known: Object.keys(expectedScenarios),
    visit: personAt(deployment, port, options.stopsBeforeLogin ?? false),
    parameters: [
      ...['--url', options.url ?? deployment.issuer, '--port', String(port)],
      ...(client === 'none' ? [] : ['--client-id', client.clientId]),
      ...(options.parameters ?? []),
    ],
  });
};
