import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessPolicy,
  authorizeOperations,
  defaultMethodScopes,
  requiredScopes,
} from '../../oauth/access-policy.ts';
import type { Principal } from '../../oauth/principal.ts';

const policy: AccessPolicy = {
  everydayScopes: ['mcp:tools:read', 'mcp:tools:execute'],
  methods: defaultMethodScopes,
  tools: { delete_note: ['mcp:notes:delete'] },
  prompts: { audit: ['mcp:audit'] },
  otherwise: ['mcp:tools:execute'],
};

const holding = (...scopes: string[]): Principal => ({
  subject: 'ada',
  clientId: 'client',
  isMachine: false,
  scopes,
  groups: [],
  issuer: 'https://issuer.example.com',
  tokenId: 'jti',
  expiresAt: 0,
});

describe('requiredScopes', () => {
  it.each([
    [{ method: 'initialize' }, []],
    [{}, []],
    [{ method: 'tools/list' }, ['mcp:tools:read']],
    [{ method: 'tools/call', target: 'whoami' }, ['mcp:tools:execute']],
    [{ method: 'tools/call', target: 'delete_note' }, ['mcp:tools:execute', 'mcp:notes:delete']],
    [{ method: 'prompts/get', target: 'audit' }, ['mcp:prompts:read', 'mcp:audit']],
    [{ method: 'prompts/get', target: 'delete_note' }, ['mcp:prompts:read']],
    [{ method: 'resources/read', target: 'notes://all' }, ['mcp:resources:read']],
    [{ method: 'something/new' }, ['mcp:tools:execute']],
    [{ method: 'constructor' }, ['mcp:tools:execute']],
    [{ method: '__proto__' }, ['mcp:tools:execute']],
    [{ method: 'tools/call', target: 'constructor' }, ['mcp:tools:execute']],
  ])('%j needs %j', (operation, scopes) => {
    expect(requiredScopes([operation], policy)).toEqual(scopes);
  });

  it('is the union for a batch, so that a permitted message cannot carry a forbidden one in', () => {
    const batch = [{ method: 'ping' }, { method: 'tools/call', target: 'delete_note' }];
    expect(requiredScopes(batch, policy)).toEqual(['mcp:tools:execute', 'mcp:notes:delete']);
  });
});

describe('authorizeOperations', () => {
  it('names granted and missing scopes in one list, because SDK v1 asks for exactly that list', () => {
    const deletion = [{ method: 'tools/call', target: 'delete_note' }];
    expect(authorizeOperations(holding('mcp:tools:execute', 'x'), deletion, policy)).toEqual({
      ok: false,
      error: {
        reason: 'scope_insufficient',
        requiredScopes: ['mcp:tools:execute', 'x', 'mcp:notes:delete'],
        evidence: { missing: ['mcp:notes:delete'], held: ['mcp:tools:execute', 'x'] },
      },
    });
  });

  it('allows exactly when every required scope is held', () => {
    const operation = fc.record({
      method: fc.constantFrom(...Object.keys(defaultMethodScopes), 'unknown'),
      target: fc.option(fc.constantFrom('whoami', 'delete_note', 'audit'), { nil: undefined }),
    });
    const scope = fc.constantFrom<string[]>(
      'mcp:tools:read',
      'mcp:tools:execute',
      'mcp:resources:read',
      'mcp:prompts:read',
      'mcp:notes:delete',
      'mcp:audit',
    );
    fc.assert(
      fc.property(fc.array(operation), fc.uniqueArray(scope), (operations, scopes) => {
        const needed = requiredScopes(operations, policy);
        const isCovered = needed.every((name) => scopes.includes(name));
        expect(authorizeOperations(holding(...scopes), operations, policy).ok).toBe(isCovered);
      }),
    );
  });
});
