import {
  type DetectionSettings,
  defaultDetectionSettings,
  parseDetectionSettings,
} from '../../oauth/detection-settings.ts';
import type { AddressLogging } from '../../oauth/log-privacy.ts';
import { openRedirectPolicy } from '../../oauth/redirect-uri.ts';
import { parseResourceIdentifier } from '../../oauth/resource-identifier.ts';
import type { AuthorizationServerLambdaEnvironment } from './environment.ts';
import type { SealingKey } from './seal.ts';
import type { AuthorizationServerSettings } from './settings.ts';

/** Environment and secret → settings, or every problem at once. Nobody else reads `process.env`. */

export interface LambdaConfig {
  readonly settings: Omit<AuthorizationServerSettings, 'sealingKeys' | 'upstream'>;
  readonly upstream: Omit<AuthorizationServerSettings['upstream'], 'clientSecret'>;
  readonly secretArn: string;
  readonly tableName: string;
  readonly detections: DetectionSettings;
  readonly logAddresses: AddressLogging;
  /** @default - no metrics are written */
  readonly metricsNamespace?: string;
}

/** What the secret holds. */
export interface BrokerSecret {
  readonly clientSecret: string;
  readonly sealingKeys: readonly SealingKey[];
  /** Key of the hashes that stand for token and grant ids in the log. */
  readonly logPseudonymKey?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Collects problems instead of stopping at the first. */
const reader = (variables: Variables) => {
  const problems: string[] = [];
  const text = (name: keyof AuthorizationServerLambdaEnvironment): string => {
    const value = variables[name];
    if (!value) problems.push(`'${name}' must be set`);
    return value ?? '';
  };
  const json = <T>(name: keyof AuthorizationServerLambdaEnvironment, byDefault: T): T => {
    const value = variables[name];
    if (!value) return byDefault;
    try {
      return JSON.parse(value) as T;
    } catch {
      problems.push(`'${name}' must be JSON`);
      return byDefault;
    }
  };
  const origin = (name: keyof AuthorizationServerLambdaEnvironment): string => {
    const value = text(name);
    const isOrigin =
      URL.canParse(value) && new URL(value).origin === value && value.startsWith('https:');
    if (value && !isOrigin) problems.push(`'${name}' must be an https origin, got ${value}`);
    return value;
  };
  return { problems, text, json, origin };
};

const documentsOf = (
  value: string | undefined,
  readList: () => readonly string[],
): AuthorizationServerSettings['metadataDocuments'] => {
  if (value === undefined || value === '' || value === 'open')
    return { isEnabled: true, policy: {} };
  if (value === 'off') return { isEnabled: false, policy: { allow: [] } };
  return { isEnabled: true, policy: { allow: readList() } };
};

const dayInSeconds = 86_400;

const addressLoggingOf = ({ LOG_ADDRESSES }: Variables, problems: string[]): AddressLogging => {
  if (LOG_ADDRESSES === 'network') return 'network';
  if (LOG_ADDRESSES && LOG_ADDRESSES !== 'full')
    problems.push(`'LOG_ADDRESSES' must be full or network, got ${LOG_ADDRESSES}`);
  return 'full';
};

/** @throws Error that names every problem, when the environment is not usable */
export const parseEnvironment = (variables: Variables): LambdaConfig => {
  const { problems, text, json, origin } = reader(variables);
  const resource = parseResourceIdentifier(text('RESOURCE_IDENTIFIER'));
  if (!resource.ok) problems.push(`'RESOURCE_IDENTIFIER' ${resource.error}`);
  const domain = origin('UPSTREAM_DOMAIN');
  const hash = variables.INITIAL_ACCESS_TOKEN_HASH;
  const grantLifetimeSeconds = Number(variables.GRANT_LIFETIME || 30 * dayInSeconds);
  if (!Number.isInteger(grantLifetimeSeconds) || grantLifetimeSeconds < 3600)
    problems.push(
      `'GRANT_LIFETIME' must be at least 3600 seconds, got ${variables.GRANT_LIFETIME}`,
    );
  const detections = parseDetectionSettings(json('DETECTIONS', {}));
  if (!detections.ok)
    problems.push(...detections.error.map((problem) => `'DETECTIONS' ${problem}`));
  const config: LambdaConfig = {
    settings: {
      issuer: origin('ISSUER'),
      resourceIdentifier: resource.ok ? resource.value : '',
      scopes: json('SCOPES', []),
      dynamicRegistration: {
        isEnabled: variables.DYNAMIC_REGISTRATION !== 'off',
        lifetimeSeconds: 90 * dayInSeconds,
        ...(hash && { initialAccessTokenHash: hash }),
      },
      metadataDocuments: documentsOf(variables.METADATA_DOCUMENTS, () =>
        json('METADATA_DOCUMENTS', []),
      ),
      redirectPolicy: json('REDIRECT_POLICY', openRedirectPolicy),
      preregisteredClients: json('PREREGISTERED_CLIENTS', []),
      machineClients: (variables.MACHINE_CLIENTS ?? '').split(' ').filter(Boolean),
      grantLifetimeSeconds,
      branding: json('BRANDING', { productName: 'MCP server' }),
    },
    upstream: {
      issuer: text('UPSTREAM_ISSUER'),
      authorizationEndpoint: `${domain}/oauth2/authorize`,
      tokenEndpoint: `${domain}/oauth2/token`,
      revocationEndpoint: `${domain}/oauth2/revoke`,
      clientId: text('UPSTREAM_CLIENT_ID'),
    },
    secretArn: text('SECRET_ARN'),
    tableName: text('TABLE_NAME'),
    detections: detections.ok ? detections.value : defaultDetectionSettings,
    logAddresses: addressLoggingOf(variables, problems),
    ...(variables.METRICS_NAMESPACE && { metricsNamespace: variables.METRICS_NAMESPACE }),
  };
  if (config.settings.scopes.length === 0) problems.push("'SCOPES' must list at least one scope");
  if (problems.length > 0) throw new Error(`invalid configuration: ${problems.join('; ')}`);
  return config;
};

/** `JSON.parse` quotes what it could not read, and that would be the secret. */
const jsonOf = (value: string): Partial<BrokerSecret> => {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    throw new Error('the secret must hold JSON');
  }
};

/** @throws Error that says which part is missing, never what the secret holds */
export const parseSecret = (value: string): BrokerSecret => {
  const { clientSecret, sealingKeys, logPseudonymKey } = jsonOf(value);
  const hasKeys =
    Array.isArray(sealingKeys) &&
    sealingKeys.length > 0 &&
    sealingKeys.every(
      ({ id, key }) => Boolean(id) && Buffer.from(key ?? '', 'base64url').length === 32,
    );
  if (!clientSecret || !hasKeys)
    throw new Error("the secret must hold 'clientSecret' and 'sealingKeys' of 32 bytes each");
  return { clientSecret, sealingKeys, ...(logPseudonymKey && { logPseudonymKey }) };
};

export const readEnvironment = (): LambdaConfig => parseEnvironment(process.env);
