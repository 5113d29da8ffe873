import { parseResourceIdentifier } from '../../oauth/resource-identifier.ts';
import { isTenantId } from '../../oauth/tenant.ts';
import type { PreTokenGenerationEnvironment } from './environment.ts';

export interface MachineClient {
  readonly tenant?: string;
  /** Short names. */
  readonly scopes: readonly string[];
}

/** Everything the trigger knows besides the event. Scopes are short names (`mcp:tools:read`). */
export interface PreTokenGenerationConfig {
  readonly resourceIdentifier: string;
  readonly groupScopes: Readonly<Record<string, readonly string[]>>;
  /** For a user of whom no group is listed in `groupScopes`. */
  readonly defaultScopes: readonly string[];
  readonly identityProviderTenants: Readonly<Record<string, string>>;
  readonly machineClients: Readonly<Record<string, MachineClient>>;
}

/** The environment does not describe a usable configuration. Lists every problem, never a value of a secret. */
export class ConfigurationError extends Error {
  static readonly code = 'ERR_CONFIGURATION';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration is not usable: ${problems.join('; ')}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
type VariableName = keyof PreTokenGenerationEnvironment;
type Report = (problem: string) => void;
type JsonObject = Readonly<Record<string, unknown>>;

// A Cognito scope name: printable ASCII without space, quote, slash and backslash.
const scopeName = /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$/;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScopeList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string' && scopeName.test(name));

const variable = (environment: Environment, name: VariableName, report: Report): string => {
  const value = environment[name];
  // An absent variable is a wiring mistake; an empty object or list must be written out.
  if (value === undefined) report(`${name} is not set`);
  return value ?? '';
};

const jsonObject = (environment: Environment, name: VariableName, report: Report): JsonObject => {
  const text = variable(environment, name, report);
  if (environment[name] === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // reported below, together with JSON of the wrong kind
  }
  report(`${name} must be a JSON object`);
  return {};
};

const freeze = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.freeze(Object.fromEntries(entries.map(([key, value]) => [key, Object.freeze(value)])));

const groupScopes = (environment: Environment, report: Report) =>
  freeze(
    Object.entries(jsonObject(environment, 'GROUP_SCOPES', report)).map(([group, scopes]) => {
      if (isScopeList(scopes)) return [group, [...scopes]] as const;
      report(`GROUP_SCOPES["${group}"] must be a list of scope names without the resource prefix`);
      return [group, []] as const;
    }),
  );

const defaultScopes = (environment: Environment, report: Report): readonly string[] => {
  const names = variable(environment, 'DEFAULT_SCOPES', report).split(' ').filter(Boolean);
  if (!isScopeList(names)) report('DEFAULT_SCOPES must hold scope names without the prefix');
  return Object.freeze(names);
};

const identityProviderTenants = (environment: Environment, report: Report) =>
  freeze(
    Object.entries(jsonObject(environment, 'IDENTITY_PROVIDER_TENANTS', report)).map(
      ([name, tenant]) => {
        if (typeof tenant === 'string' && isTenantId(tenant)) return [name, tenant] as const;
        report(`IDENTITY_PROVIDER_TENANTS["${name}"] must be a tenant id`);
        return [name, ''] as const;
      },
    ),
  );

const machineClient = (clientId: string, value: unknown, report: Report): MachineClient => {
  const { tenant, scopes, ...unknownMembers } = isObject(value) ? value : {};
  const label = `MACHINE_CLIENTS["${clientId}"]`;
  // A misspelled `tenant` would otherwise mean "no tenant".
  for (const member of Object.keys(unknownMembers)) report(`${label} has unknown member ${member}`);
  if (!isScopeList(scopes)) report(`${label}.scopes must be a list of scope names without prefix`);
  const isTenant = typeof tenant === 'string' && isTenantId(tenant);
  if (tenant !== undefined && !isTenant) report(`${label}.tenant must be a tenant id`);
  return {
    ...(isTenant && { tenant }),
    scopes: isScopeList(scopes) ? Object.freeze([...scopes]) : [],
  };
};

const machineClients = (environment: Environment, report: Report) =>
  freeze(
    Object.entries(jsonObject(environment, 'MACHINE_CLIENTS', report)).map(
      ([clientId, value]) => [clientId, machineClient(clientId, value, report)] as const,
    ),
  );

const resourceIdentifier = (environment: Environment, report: Report): string => {
  const value = variable(environment, 'MCP_RESOURCE_IDENTIFIER', report);
  const parsed = parseResourceIdentifier(value);
  if (!parsed.ok && environment.MCP_RESOURCE_IDENTIFIER !== undefined)
    report(`MCP_RESOURCE_IDENTIFIER ${parsed.error}`);
  return value;
};

/**
 * Parses the environment into a frozen configuration, or throws a {@link ConfigurationError} that
 * lists all problems. The only reader of the environment.
 *
 * Does not check that groups, identity providers or app clients exist in the user pool.
 */
export const readConfig = (environment: Environment = process.env): PreTokenGenerationConfig => {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const config = {
    resourceIdentifier: resourceIdentifier(environment, report),
    groupScopes: groupScopes(environment, report),
    defaultScopes: defaultScopes(environment, report),
    identityProviderTenants: identityProviderTenants(environment, report),
    machineClients: machineClients(environment, report),
  };
  if (problems.length > 0) throw new ConfigurationError(problems);
  return Object.freeze(config);
};
