import type { DetectionSettings } from '../oauth/detection-settings.ts';
import type { AddressLogging } from '../oauth/log-privacy.ts';
import { toolMetricLimit } from '../oauth/metric.ts';
import type { RateLimits } from '../oauth/rate-limit.ts';
import { parseResourceIdentifier } from '../oauth/resource-identifier.ts';
import { oauthScope, parseScope } from '../oauth/scope.ts';
import { readDetections } from './detection-config.ts';
import { ConfigurationError, EnvironmentReader } from './environment-reader.ts';
import { insecureUrl, isListOfText, readTokenIssuer, type TokenIssuer } from './issuer-settings.ts';
import { readRateLimits, readSharedStore } from './limit-settings.ts';
import { type RevocationFeedSettings, readRevocationSettings } from './revocation-config.ts';

/** Everything the resource server needs to know. Parsed once, frozen, complete. */
export interface ServerConfig {
  readonly resourceIdentifier: string;
  readonly authorizationServer: string;
  readonly tokenIssuers: readonly TokenIssuer[];
  readonly userClients: readonly string[];
  readonly machineClients: readonly string[];
  readonly tenancy: 'required' | 'optional' | 'off';
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly everydayScopes: readonly string[];
  /** Tool name → scopes, on top of those that the tools declare themselves. */
  readonly toolScopes: Readonly<Record<string, readonly string[]>>;
  readonly clientAddressHeader?: string;
  /** @default - {@link defaultRateLimits} */
  readonly rateLimits?: RateLimits;
  /** URL of a Redis or Valkey that all processes share. May hold a password. */
  readonly sharedStore?: string;
  /** @default - every detection notifies */
  readonly detections?: DetectionSettings;
  /** @default - access tokens live until they expire */
  readonly revocationFeed?: RevocationFeedSettings;
  /** How long calls are still taken after SIGTERM, while load balancers look away. @default 0 */
  readonly shutdownDelayMs?: number;
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  readonly resourceName: string;
  readonly version: string;
  /** Secret. @default - token ids are left out of the security log */
  readonly logPseudonymKey?: string;
  /** @default 'full' */
  readonly logAddresses?: AddressLogging;
  /** @default - no metrics are written */
  readonly metricsNamespace?: string;
  /** @default - no tool has a metric of its own */
  readonly metricsTools?: readonly string[];
}

const everydayDefault = Object.values(oauthScope);
const megabyte = 1024 * 1024;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readResource = (reader: EnvironmentReader): string => {
  const value = reader.required('RESOURCE_IDENTIFIER');
  if (value === undefined) return '';
  const parsed = parseResourceIdentifier(value);
  return parsed.ok ? parsed.value : reader.problem('RESOURCE_IDENTIFIER', parsed.error, '');
};

const readAuthorizationServer = (reader: EnvironmentReader): string => {
  const value = reader.required('AUTHORIZATION_SERVER');
  const problem = value && insecureUrl(value);
  if (problem) return reader.problem('AUTHORIZATION_SERVER', problem, '');
  return value ?? '';
};

const readTokenIssuers = (reader: EnvironmentReader): readonly TokenIssuer[] => {
  if (reader.required('TOKEN_ISSUERS') === undefined) return [];
  const value = reader.json('TOKEN_ISSUERS');
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length === 0)
    return reader.problem('TOKEN_ISSUERS', 'must be a JSON list with at least one issuer', []);
  const issuers = value.flatMap((entry: unknown, index) => {
    const issuer = readTokenIssuer(entry);
    return issuer.ok
      ? [issuer.value]
      : reader.problem('TOKEN_ISSUERS', `[${index}] ${issuer.error}`, []);
  });
  const names = issuers.map(({ issuer }) => issuer);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated) reader.problem('TOKEN_ISSUERS', `names ${repeated} more than once`, null);
  return issuers;
};

const readTenancy = (reader: EnvironmentReader): ServerConfig['tenancy'] => {
  const value = reader.optional('TENANCY') ?? 'required';
  if (value === 'required' || value === 'optional' || value === 'off') return value;
  return reader.problem('TENANCY', `must be required, optional or off, got ${value}`, 'required');
};

const readScopes = (reader: EnvironmentReader): readonly string[] => {
  const parsed = parseScope(reader.list('EVERYDAY_SCOPES').join(' '));
  if (!parsed.ok) return reader.problem('EVERYDAY_SCOPES', 'holds a malformed scope', []);
  return parsed.value.length > 0 ? parsed.value : everydayDefault;
};

const readToolScopes = (reader: EnvironmentReader): ServerConfig['toolScopes'] => {
  const value = reader.json('TOOL_SCOPES') ?? {};
  return isRecord(value) && Object.values(value).every(isListOfText)
    ? (value as ServerConfig['toolScopes'])
    : reader.problem('TOOL_SCOPES', 'must be a JSON object of tool name to list of scopes', {});
};

const readOrigins = (reader: EnvironmentReader): readonly string[] =>
  reader.list('ALLOWED_ORIGINS').filter((origin) => {
    const isOrigin =
      origin === 'loopback' || (URL.canParse(origin) && new URL(origin).origin === origin);
    if (!isOrigin) reader.problem('ALLOWED_ORIGINS', `holds ${origin}, which is no origin`, null);
    return isOrigin;
  });

const readClients = (reader: EnvironmentReader, issuers: readonly TokenIssuer[]) => {
  const userClients = reader.list('USER_CLIENTS');
  const machineClients = reader.list('MACHINE_CLIENTS');
  const isNeeded = issuers.length === 0 || issuers.some((issuer) => !issuer.userClients);
  if (isNeeded && userClients.length + machineClients.length === 0)
    reader.problem('USER_CLIENTS', 'or MACHINE_CLIENTS must name at least one client id', null);
  return { userClients, machineClients };
};

const leastKeyLength = 32;

const readLogPrivacy = (reader: EnvironmentReader) => {
  const logPseudonymKey = reader.optional('LOG_PSEUDONYM_KEY');
  if (logPseudonymKey !== undefined && logPseudonymKey.length < leastKeyLength)
    reader.problem('LOG_PSEUDONYM_KEY', `must have at least ${leastKeyLength} characters`, null);
  const value = reader.optional('LOG_ADDRESSES') ?? 'full';
  if (value !== 'full' && value !== 'network')
    reader.problem('LOG_ADDRESSES', `must be full or network, got ${value}`, null);
  const logAddresses: AddressLogging = value === 'network' ? 'network' : 'full';
  return { ...(logPseudonymKey !== undefined && { logPseudonymKey }), logAddresses };
};

const readMetrics = (reader: EnvironmentReader) => {
  const metricsNamespace = reader.optional('METRICS_NAMESPACE');
  if (metricsNamespace !== undefined && !/^[\w./#:-]{1,255}$/.test(metricsNamespace))
    reader.problem('METRICS_NAMESPACE', 'must be a CloudWatch namespace', null);
  const metricsTools = reader.list('METRICS_TOOLS');
  if (metricsTools.length > toolMetricLimit)
    reader.problem('METRICS_TOOLS', `must name at most ${toolMetricLimit} tools`, null);
  return { metricsNamespace, metricsTools };
};

/**
 * Turns the environment into a frozen configuration, or throws one {@link ConfigurationError} that
 * lists every problem. Omission never weakens: tenancy is required, no origin is allowed.
 * Does not contact anything: whether an issuer answers is found out when its keys are fetched.
 */
export const parseServerConfig = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ServerConfig => {
  const reader = new EnvironmentReader(environment);
  const resourceIdentifier = readResource(reader);
  const hosts = reader.list('ALLOWED_HOSTS');
  const authorizationServer = readAuthorizationServer(reader);
  const tokenIssuers = Object.freeze(readTokenIssuers(reader));
  const config: ServerConfig = {
    resourceIdentifier,
    authorizationServer,
    tokenIssuers,
    ...readClients(reader, tokenIssuers),
    tenancy: readTenancy(reader),
    allowedHosts:
      hosts.length > 0 || !resourceIdentifier
        ? hosts.map(lowerCase)
        : [new URL(resourceIdentifier).host],
    allowedOrigins: readOrigins(reader),
    everydayScopes: readScopes(reader),
    toolScopes: readToolScopes(reader),
    clientAddressHeader: reader.optional('CLIENT_ADDRESS_HEADER')?.toLowerCase(),
    rateLimits: readRateLimits(reader),
    sharedStore: readSharedStore(reader),
    detections: readDetections(reader),
    revocationFeed: readRevocationSettings(reader),
    shutdownDelayMs: reader.integer('SHUTDOWN_DELAY_MS', 3000, [0, 20_000]),
    host: reader.optional('HOST') ?? '0.0.0.0',
    port: reader.integer('PORT', 8080, [0, 65_535]),
    maxBodyBytes: reader.integer('MAX_BODY_BYTES', 4 * megabyte, [1024, 64 * megabyte]),
    resourceName: reader.optional('RESOURCE_NAME') ?? 'MCP server',
    version: reader.optional('SERVER_VERSION') ?? '0.0.0',
    ...readLogPrivacy(reader),
    ...readMetrics(reader),
  };
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  return Object.freeze(config);
};

const lowerCase = (text: string): string => text.toLowerCase();
