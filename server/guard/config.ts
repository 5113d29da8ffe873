import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseServerConfig, type ServerConfig } from '../config.ts';
import { ConfigurationError } from '../environment-reader.ts';
import { type GuardPolicy, parseAccessPolicyFile } from './access-policy-file.ts';
import type { IdentityKey } from './caller-identity.ts';
import type { GuardEnvironment } from './environment.ts';
import type { GuardOptions } from './guard.ts';
import { parseUpstreamUrl } from './upstream-url.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const leastSecretBytes = 32;

const read = (environment: Environment, name: keyof GuardEnvironment): string | undefined =>
  environment[name]?.trim() || undefined;

const readUpstreamUrl = (environment: Environment, problems: string[]): string => {
  const value = read(environment, 'UPSTREAM_URL');
  if (value === undefined) {
    problems.push('UPSTREAM_URL must be set');
    return '';
  }
  const parsed = parseUpstreamUrl(value);
  if (!parsed.ok) problems.push(`UPSTREAM_URL ${parsed.error}`);
  return value;
};

const privateKeyOf = (pem: string, problems: string[]): IdentityKey | undefined => {
  try {
    const privateKey = createPrivateKey(pem);
    if (privateKey.asymmetricKeyType === 'ed25519') return { privateKey };
  } catch {
    // Said below; what the library says may quote the key.
  }
  problems.push('CALLER_IDENTITY_PRIVATE_KEY must be an Ed25519 private key in PEM');
  return undefined;
};

const readIdentityKey = (environment: Environment, problems: string[]): IdentityKey => {
  const secret = read(environment, 'CALLER_IDENTITY_SECRET');
  const pem = read(environment, 'CALLER_IDENTITY_PRIVATE_KEY');
  const nothing = { secret: new Uint8Array() };
  if ((secret === undefined) === (pem === undefined)) {
    problems.push('CALLER_IDENTITY_SECRET or CALLER_IDENTITY_PRIVATE_KEY must be set, not both');
    return nothing;
  }
  if (pem !== undefined) return privateKeyOf(pem, problems) ?? nothing;
  const bytes = Buffer.from(secret ?? '');
  if (bytes.length < leastSecretBytes)
    problems.push(`CALLER_IDENTITY_SECRET must have at least ${leastSecretBytes} bytes`);
  return { secret: bytes };
};

/** The text of the policy and the variable that brought it. */
const policyText = (
  environment: Environment,
  problems: string[],
): readonly [keyof GuardEnvironment, string] | undefined => {
  const text = read(environment, 'ACCESS_POLICY');
  const path = read(environment, 'ACCESS_POLICY_FILE');
  if ((text === undefined) === (path === undefined)) {
    problems.push('ACCESS_POLICY or ACCESS_POLICY_FILE must be set, not both');
    return undefined;
  }
  if (path === undefined) return ['ACCESS_POLICY', text ?? ''];
  try {
    return ['ACCESS_POLICY_FILE', readFileSync(path, 'utf8')];
  } catch {
    problems.push(`ACCESS_POLICY_FILE cannot be read: ${path}`);
    return undefined;
  }
};

const readPolicy = (environment: Environment, problems: string[]): GuardPolicy => {
  const nothing: GuardPolicy = { access: {}, hideUnreachable: false };
  const source = policyText(environment, problems);
  if (!source) return nothing;
  const [name, text] = source;
  const parsed = parseAccessPolicyFile(text);
  if (parsed.ok) return parsed.value;
  problems.push(...parsed.error.map((problem) => `${name}: ${problem}`));
  return nothing;
};

const readServerConfig = (
  environment: Environment,
  problems: string[],
): ServerConfig | undefined => {
  try {
    return parseServerConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
};

/**
 * The configuration of a guard: the server's, and what is behind it. Throws one
 * {@link ConfigurationError} with the problems of both. Does not call the upstream: it may start
 * later than the guard, and clients get 502 until then.
 */
export const parseGuardConfig = (
  environment: Environment = process.env,
): { readonly server: ServerConfig; readonly guard: GuardOptions } => {
  const problems: string[] = [];
  const server = readServerConfig(environment, problems);
  const guard: GuardOptions = {
    upstreamUrl: readUpstreamUrl(environment, problems),
    identityKey: readIdentityKey(environment, problems),
    ...readPolicy(environment, problems),
  };
  if (server === undefined || problems.length > 0) throw new ConfigurationError(problems);
  return { server, guard };
};
