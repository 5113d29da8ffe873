import type { KeyRelayEnvironment } from './environment.ts';

/** One issuer's key set, and where its copy is. */
export interface RelayedKeySet {
  readonly jwksUri: string;
  readonly objectKey: string;
}

export interface KeyRelayConfig {
  readonly bucketName: string;
  readonly keySets: readonly RelayedKeySet[];
}

type Variables = Readonly<Partial<Record<keyof KeyRelayEnvironment, string>>>;

const objectKeySyntax = /^[\w-]+\/jwks\.json$/;

const isKeySet = (value: unknown): value is RelayedKeySet => {
  if (typeof value !== 'object' || value === null) return false;
  const { jwksUri, objectKey } = value as Partial<Record<keyof RelayedKeySet, unknown>>;
  // Plain http would let anybody on the way choose our keys.
  const isSecure =
    typeof jwksUri === 'string' && URL.canParse(jwksUri) && jwksUri.startsWith('https://');
  return isSecure && typeof objectKey === 'string' && objectKeySyntax.test(objectKey);
};

const keySetsOf = (text: string): readonly RelayedKeySet[] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length > 0 && value.every(isKeySet) ? value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Does not check that the bucket exists and that the issuers answer.
 *
 * @throws Error that names every problem, when the environment is not usable
 */
export const parseEnvironment = (variables: Variables): KeyRelayConfig => {
  const { BUCKET_NAME: bucketName = '', KEY_SETS: text = '' } = variables;
  const keySets = keySetsOf(text);
  const problems = [
    ...(bucketName ? [] : ["'BUCKET_NAME' must be set"]),
    ...(keySets
      ? []
      : ["'KEY_SETS' must be a JSON list of { jwksUri (https), objectKey (…/jwks.json) }"]),
  ];
  if (problems.length > 0) throw new Error(`invalid configuration: ${problems.join('; ')}`);
  return Object.freeze({ bucketName, keySets: keySets ?? [] });
};

export const readEnvironment = (): KeyRelayConfig => parseEnvironment(process.env as Variables);
