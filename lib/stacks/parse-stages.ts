import { isTenantId } from '../../oauth/tenant.ts';
import { type McpScope, scopeProblems } from '../authorization/oauth-scopes.ts';
import { verifierPattern } from '../pipeline/verifier.ts';
import { type StageConfiguration, type Stages, stageNames } from './stage-configuration.ts';

/** Reads the stages, or says everything that is wrong with them at once. */

/** Undefined if the value is fine, else what is allowed. */
type Check = (value: unknown) => string | undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const matching =
  (pattern: RegExp, allowed: string): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : allowed;

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && values.includes(value) ? undefined : `one of ${values.join(', ')}`;

const whole =
  (least: number, most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

const listOf =
  (isItem: (item: string) => boolean, allowed: string): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'string' && isItem(item))
      ? undefined
      : `a list of at least one ${allowed}`;

const yesOrNo: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');

const isScope = (value: unknown): value is McpScope =>
  isRecord(value) && typeof value.name === 'string' && typeof value.description === 'string';

const scopes: Check = (value) => {
  if (!Array.isArray(value) || !value.every(isScope))
    return 'a list of objects with name and description';
  const problems = scopeProblems(value);
  return problems.length > 0 ? `without these problems: ${problems.join('; ')}` : undefined;
};

const groupScopes: Check = (value) =>
  isRecord(value) && Object.values(value).every((names) => Array.isArray(names))
    ? undefined
    : 'an object of group name to list of scope names';

const hostName = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;

const checks: Readonly<Record<keyof StageConfiguration, Check>> = {
  region: matching(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as eu-west-1'),
  account: matching(/^\d{12}$/, 'an account of 12 digits'),
  productName: matching(/^[^<>"]{1,64}$/, '1 to 64 characters without <, > and quotation marks'),
  domain: (value) => (isRecord(value) ? undefined : 'an object'),
  scopes,
  groupScopes,
  tenants: listOf(isTenantId, 'tenant id'),
  clientDocuments: listOf((item) => item !== '', 'host or URL'),
  mfa: oneOf('required', 'optional'),
  egress: oneOf('nat-gateway', 'nat-instance', 'isolated'),
  natGateways: whole(1, 2),
  minTasks: whole(1, 100),
  maxTasks: whole(1, 1000),
  useSpot: yesOrNo,
  verifiedBy: matching(verifierPattern, 'the ARN of a role or repo:owner/name:environment:name'),
  testUser: yesOrNo,
  alarms: oneOf('full', 'essential', 'none'),
  alarmEmail: matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'a mail address'),
  isDisposable: yesOrNo,
};

const domainChecks: Readonly<Record<string, Check>> = {
  name: matching(hostName, 'a host name in lower case'),
  hostedZoneId: matching(/^Z[A-Z0-9]{5,31}$/, 'the id of a hosted zone'),
  zoneName: matching(hostName, 'the name of a hosted zone'),
};

const quoted = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

const membersOf = (
  path: string,
  value: Readonly<Record<string, unknown>>,
  table: Readonly<Record<string, Check>>,
  required: readonly string[],
): readonly string[] => {
  const names = [...new Set([...required, ...Object.keys(value)])];
  return names.flatMap((name) => {
    if (value[name] === undefined && !required.includes(name)) return [];
    const check = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!check)
      return [
        `'${path}.${name}' must be one of ${Object.keys(table).join(', ')}, got an unknown key`,
      ];
    const allowed = check(value[name]);
    return allowed ? [`'${path}.${name}' must be ${allowed}, got ${quoted(value[name])}`] : [];
  });
};

const combinations = (
  path: string,
  stage: Readonly<Record<string, unknown>>,
): readonly string[] => {
  const problems: string[] = [];
  const { egress = 'nat-gateway' } = stage;
  if (egress !== 'nat-gateway' && stage.natGateways !== undefined)
    problems.push(
      `'${path}.natGateways' must be left out with ${egress}, got ${stage.natGateways}`,
    );
  if (stage.testUser === true && stage.verifiedBy === undefined)
    problems.push(
      `'${path}.verifiedBy' must be set with testUser, because nobody could use it, got undefined`,
    );
  if (path === 'production' && stage.testUser === true)
    problems.push(`'${path}.testUser' must be false, because production has users, got true`);
  if (path === 'production' && stage.isDisposable === true)
    problems.push(`'${path}.isDisposable' must be false, because production has users, got true`);
  if (stage.alarms === 'none' && stage.alarmEmail !== undefined)
    problems.push(
      `'${path}.alarmEmail' must be left out without alarms, got ${quoted(stage.alarmEmail)}`,
    );
  return problems;
};

const stageProblems = (path: string, stage: unknown): readonly string[] => {
  if (!isRecord(stage)) return [`'${path}' must be an object, got ${quoted(stage)}`];
  return [
    ...membersOf(path, stage, checks, ['region']),
    ...(isRecord(stage.domain)
      ? membersOf(`${path}.domain`, stage.domain, domainChecks, Object.keys(domainChecks))
      : []),
    ...combinations(path, stage),
  ];
};

/**
 * Returns the stages unchanged if every one of them can be used. Does not check that regions,
 * accounts and zones exist.
 *
 * @throws Error that lists every problem: what is wrong, what was given, what is allowed
 */
export const parseStages = (value: unknown): Stages => {
  if (!isRecord(value)) throw new Error(`'stages' must be an object, got ${quoted(value)}`);
  const names: readonly string[] = stageNames;
  const problems = Object.entries(value).flatMap(([name, stage]) =>
    names.includes(name)
      ? stageProblems(name, stage)
      : [`'stages' must be named ${names.join(', ')}, got ${name}`],
  );
  if (problems.length > 0)
    throw new Error(
      `the stages are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  return value as Stages;
};
