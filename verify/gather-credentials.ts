import { type CommandLine, UsageError } from './command-line.ts';
import type { Credentials } from './credentials.ts';
import { checkedTotpKey, parseCredentials } from './given-credentials.ts';
import { isDocumentUrl } from './oauth/client.ts';

/** Secrets come from the environment or the standard input, never from the command line, where every user of the machine could read them. */

export type Environment = Readonly<Record<string, string | undefined>>;

type Secret = 'token' | 'password' | 'clientSecret' | 'machineSecret';

const variables: Readonly<Record<Secret, string>> = {
  token: 'VERIFY_TOKEN',
  password: 'VERIFY_PASSWORD',
  clientSecret: 'VERIFY_CLIENT_SECRET',
  machineSecret: 'VERIFY_MACHINE_SECRET',
};

const wantedSecrets = (commandLine: CommandLine): readonly Secret[] => {
  const { wantsToken, username, hasClientSecret, machineId } = commandLine;
  return [
    ...(wantsToken ? (['token'] as const) : []),
    ...(username === undefined ? [] : (['password'] as const)),
    ...(hasClientSecret ? (['clientSecret'] as const) : []),
    ...(machineId === undefined ? [] : (['machineSecret'] as const)),
  ];
};

const present = (values: Credentials | Environment): Credentials =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value));

const totpIn = ({ VERIFY_TOTP_KEY: key }: Environment): Credentials =>
  key ? { totpKey: checkedTotpKey(key) } : {};

export interface CredentialSources {
  readonly environment: Environment;
  /** The first line of the standard input; undefined at a terminal. */
  readonly readLine: () => Promise<string | undefined>;
  /** All of it; undefined at a terminal. */
  readonly readInput: () => Promise<string | undefined>;
}

/**
 * @throws UsageError when a secret is nowhere
 */
export const gatherCredentials = async (
  commandLine: CommandLine,
  { environment, readLine, readInput }: CredentialSources,
): Promise<Credentials> => {
  if (commandLine.readsCredentials) return parseCredentials(await readInput());
  const found: Partial<Record<Secret, string>> = {};
  let lineIsUsed = false;
  for (const secret of wantedSecrets(commandLine)) {
    const variable = variables[secret];
    const value = environment[variable] ?? (lineIsUsed ? undefined : await readLine());
    lineIsUsed ||= environment[variable] === undefined;
    if (!value)
      throw new UsageError(`${variable} is not set, and nothing came on the standard input`);
    found[secret] = value;
  }
  const { username, clientId, redirectUri, machineId } = commandLine;
  return {
    ...found,
    ...present({ username, clientId, redirectUri, machineId }),
    ...(username === undefined ? {} : totpIn(environment)),
    ...present({
      foreignToken: environment.VERIFY_FOREIGN_TOKEN,
      otherTenantToken: environment.VERIFY_OTHER_TENANT_TOKEN,
    }),
  };
};

const clientInWords = ({ clientId, clientSecret }: Credentials): string => {
  if (clientId === undefined) return '';
  if (isDocumentUrl(clientId)) return ' through a client with a metadata document';
  const kind = clientSecret === undefined ? 'public' : 'confidential';
  return ` through a ${kind} client that the server knows`;
};

/** In words, for the head of a report. */
export const accessInWords = (credentials: Credentials): string => {
  const { token, username, machineId } = credentials;
  const ways = [
    ...(token === undefined ? [] : ['with an access token']),
    ...(username === undefined ? [] : [`signed in as a test user${clientInWords(credentials)}`]),
    ...(machineId === undefined ? [] : ['with client credentials']),
  ];
  return ways.join(' and ') || 'without credentials';
};
