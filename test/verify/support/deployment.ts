import { type LocalMode, type LocalModeOptions, startLocalMode } from '../../../dev/local-mode.ts';
import { err } from '../../../oauth/result.ts';
import type { Credentials } from '../../../verify/credentials.ts';
import { asObject, stringIn } from '../../../verify/http/answer.ts';
import { legacyMessage } from '../../../verify/mcp/message.ts';
import { resultIn } from '../../../verify/mcp/reply.ts';
import type { Report } from '../../../verify/report/report.ts';
import { createTarget } from '../../../verify/target.ts';
import { type VerifyOptions, verify } from '../../../verify/verify.ts';

/** Local mode and everything that a verification can be given for it. */

export interface Deployment {
  readonly local: LocalMode;
  /** A test user, a machine, a token for another server, a token of another tenant. */
  readonly credentials: Credentials;
}

const tokenOf = async (
  local: LocalMode,
  username: string,
  client: Credentials,
): Promise<string> => {
  const password = local.users[0]?.password ?? '';
  const target = createTarget({
    url: new URL(local.mcpUrl),
    credentials: { ...client, username, password },
  });
  try {
    return (await target.login()).accessToken;
  } finally {
    await target.close();
  }
};

/** A note that only Alice's tenant may read. */
const writeNote = async (local: LocalMode, token: string): Promise<void> => {
  const target = createTarget({ url: new URL(local.mcpUrl), credentials: { token } });
  const call = { name: 'add_note', arguments: { title: 'For acme', text: 'verify' } };
  const result = resultIn(await target.call(legacyMessage('tools/call', call)));
  await target.close();
  if (!result || stringIn(asObject(result.structuredContent), 'id') === undefined)
    throw new Error('the note was not written');
};

const claimsOf = (token: string): object =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

/**
 * @param changes how it differs from local mode
 * @param client through which to sign in where clients cannot register themselves
 */
export const startDeployment = async (
  changes: Partial<LocalModeOptions> = {},
  client: Credentials = {},
): Promise<Deployment> => {
  const local = await startLocalMode({
    port: 0,
    securityLog: { record: () => {} },
    // Hundreds of verifications a minute, all by one person: not what the limits are for.
    serverEnvironment: { RATE_LIMITS: JSON.stringify({ address: null, principal: null }) },
    // Nothing is fetched from the internet: the pinned documents of the known clients are used.
    fetchDocument: async () => err({ reason: 'client_document_unavailable' }),
    ...changes,
  });
  const token = await tokenOf(local, 'alice', client);
  await writeNote(local, token);
  const foreign = { ...claimsOf(token), aud: 'https://other.example/mcp' };
  return {
    local,
    credentials: {
      token,
      username: 'alice',
      password: local.users[0]?.password ?? '',
      machineId: local.machineClient.clientId,
      machineSecret: local.machineClient.clientSecret,
      foreignToken: await local.simulator.signAs('access', foreign),
      otherTenantToken: await tokenOf(local, 'carol', client),
    },
  };
};

/** Verifies, and insists that there was something to verify. */
export const reportOf = async (options: VerifyOptions): Promise<Report> => {
  const verification = await verify(options);
  if (verification.kind === 'impossible') throw new Error(verification.why);
  return verification.report;
};

/** Ids of the checks that failed, in order of the alphabet. */
export const failedIn = ({ results }: Report): readonly string[] =>
  results
    .filter(({ outcome }) => outcome.kind === 'failed')
    .map(({ check }) => check.id)
    .sort();

/** The failed ones with what they saw: what a failing test should print. */
export const failuresIn = ({ results }: Report): readonly string[] =>
  results.flatMap(({ check, outcome }) =>
    outcome.kind === 'failed'
      ? [`${check.id}: ${outcome.seen} (expected ${outcome.expected})`]
      : [],
  );
