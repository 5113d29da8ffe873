import { err, ok, type Result } from '../../oauth/result.ts';
import { printable } from '../../oauth/security-event.ts';

/** What an operator may ask for. The event of a direct invocation, parsed. */

/** `sub` as the security log shows it, or Cognito's own user name. Never an e-mail address or alias. */
export type UserTarget =
  | { readonly by: 'subject'; readonly value: string }
  | { readonly by: 'username'; readonly value: string };

export type GrantTarget =
  | { readonly by: 'subject'; readonly value: string }
  | { readonly by: 'grantId'; readonly value: string };

/** A client as the security log names it: its id, or `dyn-…`. */
export interface ClientTarget {
  readonly by: 'clientId';
  readonly value: string;
}

export interface TenantTarget {
  readonly by: 'tenant';
  readonly value: string;
}

export type OperatorRequest = {
  /** The incident or ticket this belongs to, in the operator's words. Logged, not checked. */
  readonly reference?: string;
} & (
  | { readonly action: 'revoke-grants'; readonly target: GrantTarget }
  | {
      readonly action: 'sign-out-user' | 'disable-user' | 'enable-user';
      readonly target: UserTarget;
    }
  | { readonly action: 'block-client' | 'unblock-client'; readonly target: ClientTarget }
  | { readonly action: 'block-tenant' | 'unblock-tenant'; readonly target: TenantTarget }
  | { readonly action: 'list-app-clients'; readonly nextToken?: string }
);

export type OperatorAction = OperatorRequest['action'];

/** Which members can say whom an action is about. Exactly one must. */
const targetMembers: Readonly<Record<OperatorAction, readonly string[]>> = {
  'revoke-grants': ['subject', 'grantId'],
  'sign-out-user': ['subject', 'username'],
  'disable-user': ['subject', 'username'],
  'enable-user': ['subject', 'username'],
  'block-client': ['clientId'],
  'unblock-client': ['clientId'],
  'block-tenant': ['tenant'],
  'unblock-tenant': ['tenant'],
  'list-app-clients': [],
};

/** Cognito's `sub`: a UUID, nothing else. Goes into a filter expression, see {@link isUsername}. */
export const isSubject = (value: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);

/**
 * Cognito allows any letter, mark, number, symbol and punctuation. Quotation mark and backslash are
 * left out: they would end the string in a `ListUsers` filter, and how to escape them is undocumented.
 */
export const isUsername = (value: string): boolean =>
  /^(?:(?!["\\])[\p{L}\p{M}\p{S}\p{N}\p{P}]){1,128}$/u.test(value);

const members: Readonly<Record<string, { check(value: string): boolean; expected: string }>> = {
  subject: { check: isSubject, expected: 'a UUID' },
  username: { check: isUsername, expected: 'a user name without space, quotation mark, backslash' },
  grantId: { check: (value) => /^[\w-]{1,128}$/.test(value), expected: 'a grant id' },
  clientId: { check: (value) => /^[!-~]{1,4096}$/.test(value), expected: 'a client id' },
  tenant: { check: (value) => /^\P{Cc}{1,128}$/u.test(value), expected: '1 to 128 characters' },
  nextToken: { check: (value) => /^\S{1,131072}$/.test(value), expected: 'a token of this action' },
  reference: { check: (value) => /^.{1,128}$/u.test(value), expected: '1 to 128 characters' },
};

export interface RequestProblems {
  readonly reason: 'request_invalid';
  /** Name members, never quote values: somebody may have pasted a token. */
  readonly problems: readonly string[];
}

const isAction = (value: unknown): value is OperatorAction =>
  typeof value === 'string' && Object.hasOwn(targetMembers, value);

const memberProblem = (name: string, value: unknown, allowed: readonly string[]): string[] => {
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  if (!member || !allowed.includes(name))
    return [`'${printable(name, 32)}' is not allowed here, only ${allowed.join(', ')}`];
  const isFine = typeof value === 'string' && member.check(value);
  return isFine ? [] : [`'${name}' must be ${member.expected}`];
};

const invalid = (...problems: string[]): Result<never, RequestProblems> =>
  err({ reason: 'request_invalid', problems });

/** Reports every problem at once. Does not check that user, grant or token exist. */
export const parseOperatorRequest = (event: unknown): Result<OperatorRequest, RequestProblems> => {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return invalid('the event must be a JSON object');
  const { action, ...rest } = event as Record<string, unknown>;
  if (!isAction(action))
    return invalid(`'action' must be one of ${Object.keys(targetMembers).join(', ')}`);
  const targets = targetMembers[action];
  const others = action === 'list-app-clients' ? ['nextToken', 'reference'] : ['reference'];
  const problems = Object.entries(rest).flatMap(([name, value]) =>
    memberProblem(name, value, [...targets, ...others]),
  );
  const [by, ...tooMany] = targets.filter((name) => Object.hasOwn(rest, name));
  if (targets.length > 0 && (by === undefined || tooMany.length > 0))
    problems.push(`exactly one of ${targets.join(', ')} must be given`);
  if (problems.length > 0) return invalid(...problems);
  const { reference, nextToken } = rest;
  return ok({
    action,
    ...(by !== undefined && { target: { by, value: rest[by] } }),
    ...(reference !== undefined && { reference }),
    ...(nextToken !== undefined && { nextToken }),
  } as OperatorRequest);
};
