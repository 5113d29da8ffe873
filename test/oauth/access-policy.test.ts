import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessPolicy,
  authorizeOperations,
  defaultMethodScopes,
  isReachable,
  requiredScopes,
} from '../../oauth/access-policy.ts';
import type { McpOperation, McpReference } from '../../oauth/mcp-operation.ts';
import type { Principal } from '../../oauth/principal.ts';
import { type ResourcePattern, resourcePattern } from '../../oauth/resource-pattern.ts';

const pattern = (source: string): ResourcePattern => {
  const compiled = resourcePattern(source);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.value;
};

const policy: AccessPolicy = {
  everydayScopes: ['mcp:tools:read', 'mcp:tools:execute'],
  methods: defaultMethodScopes,
  tools: {
    delete_note: { scopes: ['mcp:notes:delete'] },
    pay: { groups: ['finance', 'board'] },
    acme_only: { tenants: ['acme'] },
    export: { tenantArgument: 'tenant' },
  },
  prompts: { audit: { scopes: ['mcp:audit'] } },
  resources: [
    { pattern: pattern('notes:///{tenant}/{id}'), tenantVariable: 'tenant' },
    { pattern: pattern('notes:///{tenant}/secret'), scopes: ['mcp:secret'] },
    { pattern: pattern('public://{+path}') },
  ],
  otherwise: ['mcp:tools:execute'],
  hierarchy: {},
  unlisted: 'allow',
};

const everything = [
  'mcp:tools:read',
  'mcp:tools:execute',
  'mcp:resources:read',
  'mcp:prompts:read',
  'mcp:notes:delete',
  'mcp:audit',
  'mcp:secret',
];

const holding = (...scopes: string[]): Principal => ({
  subject: 'ada',
  tenant: 'acme',
  clientId: 'client',
  isMachine: false,
  scopes,
  groups: [],
  issuer: 'https://issuer.example.com',
  tokenId: 'jti',
  issuedAt: 0,
  expiresAt: 0,
});

const all = (changes: Partial<Principal> = {}): Principal => ({
  ...holding(...everything),
  ...changes,
});

const naming = (
  method: string,
  kind: McpReference['kind'],
  name: string,
  values?: Record<string, unknown>,
): McpOperation => ({
  method,
  target: name,
  references: [values ? { kind, name, arguments: values } : { kind, name }],
});
const call = (name: string, args?: Record<string, unknown>) =>
  naming('tools/call', 'tool', name, args);
const prompt = (name: string) => naming('prompts/get', 'prompt', name);
const read = (uri: string) => naming('resources/read', 'resource', uri);

const reasonOf = (
  operation: McpOperation,
  principal = all(),
  changes: Partial<AccessPolicy> = {},
): string => {
  const decision = authorizeOperations(principal, [operation], { ...policy, ...changes });
  return decision.ok ? 'allowed' : decision.error.reason;
};

describe('requiredScopes', () => {
  it.each([
    [{ method: 'initialize' }, []],
    [{}, []],
    [{ method: 'tools/list' }, ['mcp:tools:read']],
    [call('whoami'), ['mcp:tools:execute']],
    [call('delete_note'), ['mcp:tools:execute', 'mcp:notes:delete']],
    [prompt('audit'), ['mcp:prompts:read', 'mcp:audit']],
    [prompt('delete_note'), ['mcp:prompts:read']],
    [read('notes://all'), ['mcp:resources:read']],
    [read('notes:///acme/secret'), ['mcp:resources:read', 'mcp:secret']],
    [read('notes:///acme/x/../secret'), ['mcp:resources:read', 'mcp:secret']],
    [{ method: 'something/new' }, ['mcp:tools:execute']],
    [{ method: 'constructor' }, ['mcp:tools:execute']],
    [{ method: '__proto__' }, ['mcp:tools:execute']],
    [call('constructor'), ['mcp:tools:execute']],
  ])('%j needs %j', (operation, scopes) => {
    expect(requiredScopes([operation], policy)).toEqual(scopes);
  });

  it('is the union for a batch, so that a permitted message cannot carry a forbidden one in', () => {
    const batch = [{ method: 'ping' }, call('delete_note')];
    expect(requiredScopes(batch, policy)).toEqual(['mcp:tools:execute', 'mcp:notes:delete']);
  });
});

describe('authorizeOperations', () => {
  it('names granted and missing scopes in one list, because SDK v1 asks for exactly that list', () => {
    const deletion = [call('delete_note')];
    expect(authorizeOperations(holding('mcp:tools:execute', 'x'), deletion, policy)).toEqual({
      ok: false,
      error: {
        reason: 'scope_insufficient',
        requiredScopes: ['mcp:tools:execute', 'x', 'mcp:notes:delete'],
        evidence: { missing: ['mcp:notes:delete'], held: ['mcp:tools:execute', 'x'] },
      },
    });
  });

  it('leaves out of the challenge what a held scope includes, because asking for it is noise', () => {
    const hierarchy = {
      'mcp:admin': ['mcp:tools:execute'],
      'mcp:tools:execute': ['mcp:tools:read'],
    };
    const decide = (...scopes: string[]) =>
      authorizeOperations(holding(...scopes), [{ method: 'tools/list' }, call('delete_note')], {
        ...policy,
        hierarchy,
      });
    expect(decide('mcp:admin', 'mcp:notes:delete').ok).toBe(true);
    expect(decide('mcp:admin')).toMatchObject({
      error: { requiredScopes: ['mcp:admin', 'mcp:notes:delete'] },
    });
  });

  it.each([
    [call('pay'), {}, 'group_missing'],
    [call('pay'), { groups: ['board'] }, 'allowed'],
    [call('acme_only'), {}, 'allowed'],
    [call('acme_only'), { tenant: 'evil' }, 'tenant_not_allowed'],
    [call('acme_only'), { tenant: undefined }, 'tenant_not_allowed'],
    [call('export'), {}, 'allowed'],
    [call('export', { tenant: 'acme' }), {}, 'allowed'],
    [call('export', { tenant: 'evil' }), {}, 'tenant_mismatch'],
    [call('export', { tenant: null }), {}, 'tenant_mismatch'],
    [call('export', { tenant: 'acme' }), { tenant: undefined }, 'tenant_mismatch'],
    [read('notes:///acme/1'), {}, 'allowed'],
    [read('notes:///evil/1'), {}, 'tenant_mismatch'],
  ] as const)('decides %j for %j: %s', (operation, changes, reason) => {
    expect(reasonOf(operation, all(changes))).toBe(reason);
  });

  it.each([
    'notes:///acme/../evil/1',
    'notes:///acme/%2e%2e/evil/1',
    'notes:///acme/..%2fevil/1',
    'notes:///%65vil/1',
    'notes:///./evil/1',
  ])('finds the other tenant in %s, because servers resolve and decode URIs', (uri) => {
    expect(reasonOf(read(uri))).toBe('tenant_mismatch');
  });

  it.each([
    [call('unheard_of'), 'operation_unlisted'],
    [call('constructor'), 'operation_unlisted'],
    [{ method: 'tools/call' }, 'operation_unlisted'],
    [{ method: 'vendor/call' }, 'operation_unlisted'],
    [{ method: 'constructor' }, 'operation_unlisted'],
    [{}, 'allowed'],
    [prompt('unheard_of'), 'operation_unlisted'],
    [read('other://x'), 'operation_unlisted'],
    // A rule is about the first reading, and none about the one that a server would serve.
    [read('notes:///acme/..'), 'operation_unlisted'],
    [read('notes:///acme/a%2fb'), 'operation_unlisted'],
    [read('public://a/b'), 'allowed'],
    [call('export'), 'allowed'],
    [{ method: 'tools/list' }, 'allowed'],
    [{ method: 'subscriptions/listen' }, 'allowed'],
  ] as const)('with unlisted names denied, decides %j: %s', (operation, reason) => {
    expect(reasonOf(operation, all(), { unlisted: 'deny' })).toBe(reason);
  });

  it('refuses a URI that is too long for any pattern, because no rule could be seen to be about it', () => {
    expect(reasonOf(read(`public://${'a'.repeat(9000)}`))).toBe('operation_unlisted');
  });

  it('completes a template for the own tenant only, because completions show what exists', () => {
    const complete = (values: Record<string, unknown>) =>
      naming('completion/complete', 'template', 'notes:///{tenant}/{id}', values);
    expect(reasonOf(complete({ tenant: 'acme', id: '' }))).toBe('allowed');
    expect(reasonOf(complete({ tenant: 'evil', id: '' }))).toBe('tenant_mismatch');
    expect(reasonOf(complete({ tenant: 'ev' }))).toBe('tenant_mismatch');
  });

  it('names no scope to a caller whom no scope could help, because a login would be in vain', () => {
    const decision = authorizeOperations(holding(), [call('pay')], policy);
    expect(decision).toMatchObject({ ok: false, error: { reason: 'group_missing' } });
    expect(decision).not.toHaveProperty('error.requiredScopes');
  });
});

describe('authorizeOperations, for all requests', () => {
  const operation: fc.Arbitrary<McpOperation> = fc.oneof(
    fc.constantFrom(...Object.keys(defaultMethodScopes), 'unknown').map((method) => ({ method })),
    fc
      .tuple(
        fc.constantFrom('whoami', 'delete_note', 'pay', 'acme_only', 'export'),
        fc.constantFrom(undefined, { tenant: 'acme' }, { tenant: 'evil' }),
      )
      .map(([name, args]) => call(name, args)),
    fc.constantFrom('audit', 'other').map(prompt),
    fc.constantFrom('notes:///acme/secret', 'notes:///evil/1', 'public://x', 'x://y').map(read),
  );
  const operations = fc.array(operation, { maxLength: 4 });
  const scopes = fc.uniqueArray(fc.constantFrom(...everything));
  const somebody = fc.record({
    scopes,
    groups: fc.constantFrom([], ['finance']),
    tenant: fc.constantFrom('acme', 'evil', undefined),
  });
  const rules = fc.record({
    unlisted: fc.constantFrom('allow' as const, 'deny' as const),
    hierarchy: fc.constantFrom({}, { 'mcp:tools:execute': ['mcp:tools:read', 'mcp:audit'] }),
  });
  const decide = (who: Partial<Principal>, batch: readonly McpOperation[], changes: object) =>
    authorizeOperations(all(who), batch, { ...policy, ...changes });

  it('a caller with more scopes is never allowed less', () => {
    fc.assert(
      fc.property(somebody, scopes, operations, rules, (who, more, batch, changes) => {
        fc.pre(decide(who, batch, changes).ok);
        const stronger = { ...who, scopes: [...who.scopes, ...more] };
        expect(decide(stronger, batch, changes).ok).toBe(true);
      }),
    );
  });

  it('a batch is allowed exactly when each of its messages is', () => {
    fc.assert(
      fc.property(somebody, operations, rules, (who, batch, changes) => {
        const each = batch.every((item) => decide(who, [item], changes).ok);
        expect(decide(who, batch, changes).ok).toBe(each);
      }),
    );
  });

  it('whoever gets the challenged scopes is allowed, because a challenge is a promise', () => {
    fc.assert(
      fc.property(somebody, operations, rules, (who, batch, changes) => {
        const decision = decide(who, batch, changes);
        const challenged = decision.ok ? undefined : decision.error.requiredScopes;
        fc.pre(challenged !== undefined);
        expect(challenged).toEqual(expect.arrayContaining(who.scopes));
        const stronger = { ...who, scopes: challenged as string[] };
        expect(decide(stronger, batch, changes).ok).toBe(true);
      }),
    );
  });

  it('denying unlisted names never allows more', () => {
    fc.assert(
      fc.property(somebody, operations, (who, batch) => {
        fc.pre(decide(who, batch, { unlisted: 'deny' }).ok);
        expect(decide(who, batch, { unlisted: 'allow' }).ok).toBe(true);
      }),
    );
  });
});

describe('isReachable', () => {
  const tool = (name: string): McpReference => ({ kind: 'tool', name });

  it('counts scopes for machines only, because people can ask for more', () => {
    expect(isReachable(holding(), tool('delete_note'), policy)).toBe(true);
    const machine = { ...holding(), isMachine: true };
    expect(isReachable(machine, tool('delete_note'), policy)).toBe(false);
    const strong = { ...holding('mcp:notes:delete'), isMachine: true };
    expect(isReachable(strong, tool('delete_note'), policy)).toBe(true);
  });

  it('counts groups and tenants for everybody', () => {
    expect(isReachable(holding(), tool('pay'), policy)).toBe(false);
    expect(isReachable(all({ tenant: 'evil' }), tool('acme_only'), policy)).toBe(false);
    expect(isReachable(holding(), tool('export'), policy)).toBe(true);
  });
});
