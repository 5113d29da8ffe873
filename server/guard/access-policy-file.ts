import type { AccessRule, NamedRule, ResourceRule } from '../../oauth/access-rule.ts';
import { resourcePattern } from '../../oauth/resource-pattern.ts';
import { err, ok, type Result } from '../../oauth/result.ts';
import { parseScope } from '../../oauth/scope.ts';
import type { AccessDemands } from '../mcp/backend.ts';

/** What a policy file says, checked. docs/guard-mode.md has a complete one. */
export interface GuardPolicy {
  readonly access: AccessDemands;
  readonly hideUnreachable: boolean;
}

type Members = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScope = (value: unknown): boolean =>
  typeof value === 'string' && !/\s/.test(value) && value !== '' && parseScope(value).ok;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Reads values and notes everything that is wrong with them. Paths are spelled as in JavaScript. */
class PolicyReader {
  readonly problems: string[] = [];

  problem<T>(path: string, message: string, instead: T): T {
    this.problems.push(`${path} ${message}`);
    return instead;
  }

  /** An object with no other members than these: a typing error must not switch a rule off. */
  members(value: unknown, path: string, allowed: readonly string[]): Members {
    if (!isRecord(value)) return this.problem(path, 'must be an object', {});
    for (const name of Object.keys(value))
      if (!allowed.includes(name))
        this.problem(path, `must not have '${name}', allowed are ${allowed.join(', ')}`, null);
    return value;
  }

  list(value: unknown, path: string, isItem: (item: unknown) => boolean): readonly string[] {
    if (Array.isArray(value) && value.every(isItem)) return value as readonly string[];
    const kind = isItem === isScope ? 'scopes' : 'names';
    return this.problem(path, `must be a list of ${kind}`, []);
  }

  /** An empty list of groups or tenants would lock everybody out: say so instead. */
  names(value: unknown, path: string): readonly string[] | undefined {
    if (value === undefined) return undefined;
    const names = this.list(value, path, isText);
    if (Array.isArray(value) && value.length === 0)
      this.problem(path, 'must name at least one, or be left out', null);
    return names;
  }

  text(value: unknown, path: string): string | undefined {
    if (value === undefined || isText(value)) return value as string | undefined;
    return this.problem(path, 'must be a name', undefined);
  }

  map<T>(
    value: unknown,
    path: string,
    read: (item: unknown, path: string) => T,
  ): Readonly<Record<string, T>> {
    if (value === undefined) return {};
    if (!isRecord(value)) return this.problem(path, 'must be an object', {});
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([name, item]) => [name, read(item, `${path}.${name}`)]));
  }
}

const ruleMembers = ['scopes', 'groups', 'tenants'];

const readRule = (reader: PolicyReader, rule: Members, path: string): AccessRule => ({
  scopes: rule.scopes === undefined ? [] : reader.list(rule.scopes, `${path}.scopes`, isScope),
  groups: reader.names(rule.groups, `${path}.groups`),
  tenants: reader.names(rule.tenants, `${path}.tenants`),
});

const readNamedRule =
  (reader: PolicyReader) =>
  (value: unknown, path: string): NamedRule => {
    const rule = reader.members(value, path, [...ruleMembers, 'tenantArgument']);
    const tenantArgument = reader.text(rule.tenantArgument, `${path}.tenantArgument`);
    return { ...readRule(reader, rule, path), tenantArgument };
  };

const readResource = (reader: PolicyReader, value: unknown, path: string): ResourceRule[] => {
  const rule = reader.members(value, path, [...ruleMembers, 'uri', 'tenantVariable']);
  const pattern = resourcePattern(typeof rule.uri === 'string' ? rule.uri : '');
  if (!pattern.ok) return reader.problem(`${path}.uri`, pattern.error, []);
  const tenantVariable = reader.text(rule.tenantVariable, `${path}.tenantVariable`);
  if (tenantVariable !== undefined && !pattern.value.variables.includes(tenantVariable))
    reader.problem(`${path}.tenantVariable`, 'must be a variable of the uri', null);
  return [{ ...readRule(reader, rule, path), pattern: pattern.value, tenantVariable }];
};

const readResources = (reader: PolicyReader, value: unknown = []): readonly ResourceRule[] =>
  Array.isArray(value)
    ? value.flatMap((item, index) => readResource(reader, item, `resources[${index}]`))
    : reader.problem('resources', 'must be a list', []);

const fileMembers = [
  'tools',
  'prompts',
  'resources',
  'methods',
  'hierarchy',
  'unlisted',
  'hideUnreachable',
];

const readUnlisted = (reader: PolicyReader, value: unknown = 'deny'): 'allow' | 'deny' =>
  value === 'allow' || value === 'deny'
    ? value
    : reader.problem('unlisted', "must be 'allow' or 'deny'", 'deny');

/**
 * Reads an access policy, or says everything that is wrong with it. Omission never weakens: what is
 * not named is denied, unless `unlisted` is `allow`.
 */
export const parseAccessPolicyFile = (text: string): Result<GuardPolicy, readonly string[]> => {
  const reader = new PolicyReader();
  let file: Members;
  try {
    file = reader.members(JSON.parse(text), 'the policy', fileMembers);
  } catch {
    return err(['the policy must be valid JSON']);
  }
  const scopes = (value: unknown, path: string) => reader.list(value, path, isScope);
  const hideUnreachable = file.hideUnreachable ?? false;
  if (typeof hideUnreachable !== 'boolean')
    reader.problem('hideUnreachable', 'must be true or false', null);
  const access: AccessDemands = {
    tools: reader.map(file.tools, 'tools', readNamedRule(reader)),
    prompts: reader.map(file.prompts, 'prompts', readNamedRule(reader)),
    resources: readResources(reader, file.resources),
    methods: reader.map(file.methods, 'methods', scopes),
    hierarchy: reader.map(file.hierarchy, 'hierarchy', scopes),
    unlisted: readUnlisted(reader, file.unlisted),
  };
  if (reader.problems.length > 0) return err(reader.problems);
  return ok({ access, hideUnreachable: hideUnreachable === true });
};
