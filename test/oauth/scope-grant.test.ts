import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromCognitoScopes, toCognitoScope } from '../../oauth/scope.ts';
import { grantedScopes, scopesToSuppress } from '../../oauth/scope-grant.ts';

const resource = 'https://mcp.example.com/mcp';
const [read, execute, admin] = ['mcp:tools:read', 'mcp:tools:execute', 'mcp:admin'];
const grants = {
  groupScopes: { readers: [read], operators: [read, execute], suspended: [] },
  defaultScopes: [read],
};
const cognito = (name: string) => toCognitoScope(resource, name);

describe('granted scopes', () => {
  it('are the union over the groups of the user', () => {
    expect(grantedScopes(['readers', 'operators'], grants)).toEqual([read, execute]);
  });

  it('are the default for a user of whom no group is listed', () => {
    expect(grantedScopes([], grants)).toEqual([read]);
    expect(grantedScopes(['tenant:acme'], grants)).toEqual([read]);
  });

  it('are none for a listed group without scopes, because an operator wrote that down', () => {
    expect(grantedScopes(['suspended'], grants)).toEqual([]);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'are the default for the group %s, which must not find Object.prototype',
    (group) => {
      expect(grantedScopes([group], grants)).toEqual([read]);
    },
  );
});

describe('suppressed scopes', () => {
  it('are the requested ones of this resource that are not granted', () => {
    const requested = [cognito(read), cognito(execute), cognito(admin)];
    expect(scopesToSuppress(resource, requested, [read])).toEqual([
      cognito(execute),
      cognito(admin),
    ]);
  });

  it('leave OIDC scopes and other resources alone, because they grant nothing here', () => {
    const requested = [
      'openid',
      'email',
      'https://other.example/mcp/x',
      `${resource}2/x`,
      resource,
    ];
    expect(scopesToSuppress(resource, requested, [])).toEqual([]);
  });

  it('never leave a scope that the resource server would honour and nobody granted', () => {
    const name = fc.stringMatching(/^[!#-[\]-~]{1,12}$/);
    const scope = fc.oneof(
      name.map(cognito),
      name,
      name.map((rest) => `${resource}${rest}`),
    );
    fc.assert(
      fc.property(fc.array(scope), fc.array(name), (requested, granted) => {
        const suppressed = scopesToSuppress(resource, requested, granted);
        const remaining = requested.filter((one) => !suppressed.includes(one));
        const honoured = fromCognitoScopes(resource, remaining);
        expect(honoured.filter((one) => !granted.includes(one))).toEqual([]);
        expect(suppressed.every((one) => requested.includes(one))).toBe(true);
      }),
    );
  });
});
