import { mkdtempSync, rmSync } from 'node:fs';
import { createScriptedBrowser } from '../dev/scripted-browser.ts';
import { signInAs } from '../dev/sign-in-as.ts';
import { s256 } from '../oauth/pkce.ts';
import { type Broker, type Step, startBroker } from './broker-process.ts';
import { bundleInto, bundlePlace } from './bundled.ts';
import { origin, type Person, type StandIns, startStandIns } from './stand-ins.ts';
import { resourceIdentifier as resource } from './tokens.ts';

/**
 * One login as a client and a person make it, in CPU of the broker's bundle: discovery, registration
 * (RFC 7591), authorization, consent, callback, token, and a refresh later. Cognito, DynamoDB and the
 * secret are stand-ins in another process, reached without TLS.
 */

const redirectUri = 'http://localhost:43117/callback';
const codeVerifier = 'bench-verifier-bench-verifier-bench-verifier-1';

/** The answer's JSON; anything but success would be cheap for the wrong reason. */
const jsonFrom = async (response: Response): Promise<Record<string, string>> => {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, string>;
};

const register = async (broker: Broker): Promise<string> => {
  const { client_id = '' } = await jsonFrom(
    await broker.fetch(`${origin}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Bench', redirect_uris: [redirectUri] }),
    }),
  );
  return client_id;
};

const tokens = async (broker: Broker, form: Readonly<Record<string, string>>) =>
  jsonFrom(
    await broker.fetch(`${origin}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    }),
  );

const authorizeUrl = async (clientId: string): Promise<string> => {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: await s256(codeVerifier),
    code_challenge_method: 'S256',
    state: 'bench-state',
    resource,
    scope: 'mcp:tools:read mcp:tools:execute',
  });
  return `${origin}/oauth/authorize?${query}`;
};

interface Login {
  readonly clientId: string;
  readonly refreshToken: string;
}

/** The whole way, up to the tokens. */
const logIn = async (broker: Broker, person: Person): Promise<Login> => {
  await jsonFrom(await broker.fetch(`${origin}/.well-known/oauth-authorization-server`));
  const clientId = await register(broker);
  const browser = createScriptedBrowser(broker.fetch);
  const answer = await signInAs(browser, await authorizeUrl(clientId), { ...person, redirectUri });
  const { refresh_token: refreshToken = '' } = await tokens(broker, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: answer.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    resource,
  });
  return { clientId, refreshToken };
};

const refresh = (broker: Broker, login: Login) =>
  tokens(broker, {
    grant_type: 'refresh_token',
    client_id: login.clientId,
    refresh_token: login.refreshToken,
  });

const cpuOf = (steps: readonly Step[]): number => steps.reduce((sum, { cpu }) => sum + cpu, 0);

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Step by step, in order; each the median of all logins. */
const perStep = (logins: readonly (readonly Step[])[]): Record<string, number> =>
  Object.fromEntries(
    (logins[0] ?? []).map(({ name }, index) => [
      `warm login, ${name} (ms CPU)`,
      median(logins.map((steps) => steps[index]?.cpu ?? Number.NaN)),
    ]),
  );

const withBroker = async <T>(
  file: string,
  standIns: StandIns,
  work: (broker: Broker) => Promise<T>,
): Promise<T> => {
  const broker = await startBroker(file, standIns);
  try {
    return await work(broker);
  } finally {
    await broker.stop();
  }
};

const coldFigures = (file: string, standIns: StandIns): Promise<Record<string, number>> =>
  withBroker(file, standIns, async (broker) => {
    await broker.fetch(`${origin}/.well-known/oauth-authorization-server`);
    const first = cpuOf(broker.steps());
    await logIn(broker, standIns.person(0));
    return {
      'first request of a fresh broker, after its init (ms CPU)': first,
      'first login of a fresh broker, after that request (ms CPU)': cpuOf(broker.steps()),
      'RSS of a broker after its first login (MB)': broker.residentMegabytes(),
    };
  });

export interface LoginEffort {
  /** Before anything counts. */
  readonly warmUp: number;
  readonly logins: number;
  /** That the same person has made before. */
  readonly otherLogins: number;
}

/** A sign-in looks at a hundred others. */
const full: LoginEffort = { warmUp: 80, logins: 80, otherLogins: 110 };

/** What one piece of work made of the table. */
const tableCallsOf = async ({ tableCalls }: StandIns, work: () => Promise<unknown>) => {
  const before = tableCalls();
  await work();
  const after = tableCalls();
  return { reads: after.reads - before.reads, writes: after.writes - before.writes };
};

/** Logins of different people, each with a refresh. */
const manyLogins = async (broker: Broker, standIns: StandIns, effort: LoginEffort) => {
  const logins: (readonly Step[])[] = [];
  const refreshes: number[] = [];
  let calls = { ofLogin: { reads: 0, writes: 0 }, ofRefresh: { reads: 0, writes: 0 } };
  for (let round = 0; round < effort.warmUp + effort.logins; round += 1) {
    let login: Login | undefined;
    const ofLogin = await tableCallsOf(standIns, async () => {
      login = await logIn(broker, standIns.person(round));
    });
    const steps = broker.steps();
    const ofRefresh = await tableCallsOf(standIns, () => refresh(broker, login as Login));
    const refreshed = cpuOf(broker.steps());
    if (round < effort.warmUp) continue;
    calls = { ofLogin, ofRefresh };
    logins.push(steps);
    refreshes.push(refreshed);
  }
  return { logins, refreshes, calls };
};

const warmFigures = (
  file: string,
  standIns: StandIns,
  effort: LoginEffort,
): Promise<Record<string, number>> =>
  withBroker(file, standIns, async (broker) => {
    const { logins, refreshes, calls } = await manyLogins(broker, standIns, effort);
    const residentMegabytes = broker.residentMegabytes();
    const all = effort.warmUp + effort.logins;
    const again = standIns.person(all);
    for (let login = 0; login < effort.otherLogins; login += 1) await logIn(broker, again);
    broker.steps();
    const ofMany = await tableCallsOf(standIns, () => logIn(broker, again));
    return {
      ...perStep(logins),
      'warm login, all of it (ms CPU)': median(logins.map(cpuOf)),
      'warm refresh (ms CPU)': median(refreshes),
      'requests to the broker of a login': logins[0]?.length ?? 0,
      'reads of the table of a login': calls.ofLogin.reads,
      'writes to the table of a login': calls.ofLogin.writes,
      'reads of the table of a refresh': calls.ofRefresh.reads,
      'writes to the table of a refresh': calls.ofRefresh.writes,
      [`login of somebody with ${effort.otherLogins} other logins (ms CPU)`]: cpuOf(broker.steps()),
      'reads of the table of that login': ofMany.reads,
      [`RSS of a broker after ${all} logins and refreshes (MB)`]: residentMegabytes,
    };
  });

export const loginFigures = async (effort = full): Promise<Record<string, number>> => {
  const directory = mkdtempSync(bundlePlace);
  const standIns = await startStandIns();
  try {
    const file = await bundleInto(directory, 'lambda/authorization-server/handler.ts');
    const cold = await coldFigures(file, standIns);
    return { ...cold, ...(await warmFigures(file, standIns, effort)) };
  } finally {
    await standIns.close();
    rmSync(directory, { recursive: true, force: true });
  }
};
