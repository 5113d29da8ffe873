import { parseArgs } from 'node:util';
import { isTenantId, tenantGroupPrefix } from '../../oauth/tenant.ts';
import { UsageError } from '../problem.ts';
import type { UserPoolSource } from './user-pool-source.ts';

/** What was asked for on the command line of `cdk-secure-mcp users`. */

/** `undefined`: nothing was said. `null`: none, and that was said. */
type Tenant = string | null | undefined;

export type UsersRequest =
  | { readonly action: 'list'; readonly tenant: Tenant }
  | {
      readonly action: 'add';
      readonly user: string;
      readonly email: string | undefined;
      readonly tenant: Tenant;
      readonly groups: readonly string[];
      readonly printsPassword: boolean;
    }
  | {
      readonly action: 'set-groups';
      readonly user: string;
      readonly tenant: Tenant;
      readonly groups: readonly string[];
    }
  | { readonly action: 'disable' | 'enable' | 'sign-out' | 'remove'; readonly user: string };

export type UsersAction = UsersRequest['action'];

export interface CommandLine {
  readonly request: UsersRequest;
  readonly source: UserPoolSource;
  readonly asJson: boolean;
  /** Whether nobody is asked before something is taken away. */
  readonly isConfirmed: boolean;
}

export const help = `Usage: cdk-secure-mcp users <action> [user] [options]

Who may sign in to a deployed server. Nobody can sign themselves up.

Actions
  list                    everybody, with tenant and groups     --tenant ID
  add EMAIL               creates a user; Cognito mails the invitation once tenant and groups are set
    --tenant ID           the tenant of the user; --no-tenant if there are tenants and this user has none
    --group NAME          a group, again for each further one
    --print-password      no invitation: prints a temporary password, once
    --email ADDRESS       where user names are not addresses
  set-groups USER         exactly these groups: --group NAME …; the tenant stays unless
                          --tenant ID or --no-tenant is given
  disable USER            signs out everywhere and refuses further sign-ins, until: enable USER
  sign-out USER           ends every refresh; access tokens that are out last an hour at most
  remove USER             for good

Which user pool
  --outputs FILE          what \`cdk deploy --outputs-file FILE\` wrote  (cdk-outputs.json if it is here)
  --stack NAME            which stack of that file; without the file: asked of CloudFormation
  --user-pool-id ID       directly
  --region REGION         (from the user pool, the profile or AWS_REGION)
  --profile NAME          AWS credentials; without it the usual places are looked at

  --yes                   do not ask before something is taken away
  --json                  the result as JSON

Exit code 0: done, 1: refused by AWS or by the state of things, 2: not understood.
`;

const options = {
  tenant: { type: 'string' },
  'no-tenant': { type: 'boolean', default: false },
  group: { type: 'string', multiple: true, default: [] as string[] },
  email: { type: 'string' },
  'print-password': { type: 'boolean', default: false },
  outputs: { type: 'string' },
  stack: { type: 'string' },
  'user-pool-id': { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ', 1)[0]);
  }
};

type Values = ReturnType<typeof parsed>['values'];

/** Which options each action takes, besides those that say which pool. */
const takes: Readonly<Record<UsersAction, readonly (keyof Values)[]>> = {
  list: ['tenant'],
  add: ['tenant', 'no-tenant', 'group', 'email', 'print-password'],
  'set-groups': ['tenant', 'no-tenant', 'group'],
  disable: [],
  enable: [],
  'sign-out': [],
  remove: [],
};

const aboutUsers: readonly (keyof Values)[] = takes.add;

const isGiven = (value: Values[keyof Values]): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;

const tenantOf = (values: Values): Tenant => {
  if (values.tenant === undefined) return values['no-tenant'] ? null : undefined;
  if (values['no-tenant']) throw new UsageError('--tenant and --no-tenant exclude each other');
  if (!isTenantId(values.tenant))
    throw new UsageError(
      `--tenant takes letters, digits, '.', '_' and '-', starting with a letter or digit`,
    );
  return values.tenant;
};

const groupsOf = ({ group }: Values): readonly string[] => {
  const tenantGroup = group.find((name) => name.startsWith(tenantGroupPrefix));
  // Two ways to say it would be two ways to put a user into two tenants.
  if (tenantGroup !== undefined) throw new UsageError('a tenant is given with --tenant');
  return [...new Set(group)];
};

const userFrom = (action: UsersAction, names: readonly string[]): string => {
  const [user, ...others] = names;
  if (user === undefined || others.length > 0)
    throw new UsageError(`users ${action} takes exactly one user`);
  // What Cognito allows in a user name.
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(user))
    throw new UsageError('a user is an e-mail address or a user name without spaces');
  return user;
};

const requestOf = (action: UsersAction, names: readonly string[], values: Values): UsersRequest => {
  if (action === 'list') {
    if (names.length > 0) throw new UsageError('users list takes no user');
    return { action, tenant: tenantOf(values) };
  }
  const user = userFrom(action, names);
  if (action !== 'add' && action !== 'set-groups') return { action, user };
  const membership = { user, tenant: tenantOf(values), groups: groupsOf(values) };
  return action === 'add'
    ? { action, ...membership, email: values.email, printsPassword: values['print-password'] }
    : { action, ...membership };
};

const sourceOf = (values: Values): UserPoolSource => {
  const { outputs, stack, 'user-pool-id': userPoolId, region, profile } = values;
  if (userPoolId !== undefined && (outputs !== undefined || stack !== undefined))
    throw new UsageError('--user-pool-id excludes --outputs and --stack');
  if (region !== undefined && !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region))
    throw new UsageError('--region takes a region such as eu-west-1');
  return { outputs, stack, userPoolId, region, profile };
};

/** @returns 'help' when that was asked for. @throws UsageError */
export const parseCommandLine = (argv: readonly string[]): CommandLine | 'help' => {
  const { values, positionals } = parsed(argv);
  if (values.help || argv.length === 0) return 'help';
  const [word, ...names] = positionals;
  const known = Object.keys(takes) as UsersAction[];
  const action = known.find((name) => name === word);
  if (!action) throw new UsageError(`users takes one of ${known.join(', ')}`);
  const stray = aboutUsers.find((name) => isGiven(values[name]) && !takes[action].includes(name));
  if (stray !== undefined) throw new UsageError(`users ${action} takes no --${stray}`);
  return {
    request: requestOf(action, names, values),
    source: sourceOf(values),
    asJson: values.json,
    isConfirmed: values.yes,
  };
};
