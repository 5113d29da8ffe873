import { UsageError } from './command-line.ts';
import type { Credentials } from './credentials.ts';
import { asObject, parsedJson } from './http/answer.ts';
import { isAuthenticatorKey } from './login/one-time-code.ts';

/** Credentials that come as JSON on the standard input, as a secret store hands them out. */

const members = [
  'token',
  'username',
  'password',
  'totpKey',
  'clientId',
  'clientSecret',
  'redirectUri',
  'machineId',
  'machineSecret',
  'foreignToken',
  'otherTenantToken',
] as const satisfies readonly (keyof Credentials)[];

const isMember = (name: string): boolean => members.some((member) => member === name);

/** @throws UsageError when the key of an authenticator is none */
export const checkedTotpKey = (key: string): string => {
  if (!isAuthenticatorKey(key))
    throw new UsageError('the key of the authenticator is not base32, as an app would take it');
  return key;
};

/** What must come together, or half of it would be ignored without a word. */
const pairs = [
  ['username', 'password'],
  ['machineId', 'machineSecret'],
] as const;

/**
 * One object a line; later ones add to earlier ones.
 * @throws UsageError that names members and never values
 */
export const parseCredentials = (text: string | undefined): Credentials => {
  const lines = (text ?? '').split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UsageError('--credentials: nothing came on the standard input');
  const objects = lines.map((line) => asObject(parsedJson(line)));
  if (objects.some((object) => object === undefined))
    throw new UsageError('--credentials takes JSON objects, one a line');
  const given = Object.assign({}, ...objects) as Readonly<Record<string, unknown>>;
  const wrong = Object.entries(given)
    .filter(([name, value]) => !isMember(name) || typeof value !== 'string' || value === '')
    // A name could be a value that somebody put in the wrong place.
    .map(([name]) => (isMember(name) ? name : 'another'));
  if (wrong.length > 0)
    throw new UsageError(
      `--credentials takes texts named ${members.join(', ')}; not so: ${[...new Set(wrong)].join(', ')}`,
    );
  const credentials = given as Credentials;
  for (const [first, second] of pairs)
    if ((credentials[first] === undefined) !== (credentials[second] === undefined))
      throw new UsageError(`--credentials takes ${first} and ${second} together`);
  if (credentials.totpKey !== undefined) checkedTotpKey(credentials.totpKey);
  return credentials;
};
