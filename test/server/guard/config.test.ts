import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../server/environment-reader.ts';
import { parseAccessPolicyFile } from '../../../server/guard/access-policy-file.ts';
import { parseGuardConfig } from '../../../server/guard/config.ts';

const problemsOf = (policy: unknown): readonly string[] => {
  const parsed = parseAccessPolicyFile(
    typeof policy === 'string' ? policy : JSON.stringify(policy),
  );
  return parsed.ok ? [] : parsed.error;
};

describe('an access policy file', () => {
  it('denies what it does not name, because omission never weakens', () => {
    expect(parseAccessPolicyFile('{}')).toMatchObject({
      value: { access: { unlisted: 'deny', tools: {} }, hideUnreachable: false },
    });
  });

  it('is reported with all of its problems at once', () => {
    const problems = problemsOf({
      tools: {
        a: { scope: ['x'] },
        b: { scopes: 'x' },
        c: { groups: [] },
        d: 7,
        e: { scopes: ['two words'] },
      },
      resources: [{ uri: 'a://{x}{y}' }, { uri: 'a://{x}', tenantVariable: 'y' }],
      hierarchy: { x: 'y' },
      unlisted: 'maybe',
      hideUnreachable: 'yes',
      tool: {},
    });
    expect(problems).toEqual([
      expect.stringContaining("the policy must not have 'tool'"),
      expect.stringContaining('hideUnreachable must be true or false'),
      expect.stringContaining("tools.a must not have 'scope'"),
      'tools.b.scopes must be a list of scopes',
      'tools.c.groups must name at least one, or be left out',
      'tools.d must be an object',
      'tools.e.scopes must be a list of scopes',
      expect.stringContaining('resources[0].uri'),
      'resources[1].tenantVariable must be a variable of the uri',
      'hierarchy.x must be a list of scopes',
      "unlisted must be 'allow' or 'deny'",
    ]);
  });

  it.each(['', 'null', '[]', '7', '{"tools":null}', '{"tools":[]}', '{"resources":{}}'])(
    'is refused when it is %j',
    (text) => expect(problemsOf(text)).toHaveLength(1),
  );

  it('may have a tool of any name, because JSON may too', () => {
    const parsed = parseAccessPolicyFile(
      '{"tools":{"__proto__":{"scopes":["x"]},"constructor":{}}}',
    );
    expect(parsed.ok && Object.keys(parsed.value.access.tools ?? {})).toEqual([
      '__proto__',
      'constructor',
    ]);
  });
});

describe('the configuration of a guard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let files = 0;
  const file = (text: string) => {
    files += 1;
    const path = join(folder, `policy-${files}.json`);
    writeFileSync(path, text);
    return path;
  };
  const environment = (changes: Record<string, string | undefined> = {}) => ({
    RESOURCE_IDENTIFIER: 'https://mcp.example.com/mcp',
    AUTHORIZATION_SERVER: 'https://mcp.example.com',
    TOKEN_ISSUERS: '[{"issuer":"https://issuer.example.com"}]',
    USER_CLIENTS: 'client',
    UPSTREAM_URL: 'http://127.0.0.1:3001/mcp',
    ACCESS_POLICY_FILE: file('{"tools":{"echo":{}}}'),
    CALLER_IDENTITY_SECRET: 's'.repeat(32),
    ...changes,
  });
  const problems = (changes: Record<string, string | undefined>) => {
    try {
      parseGuardConfig(environment(changes));
      return [];
    } catch (error) {
      return (error as ConfigurationError).problems;
    }
  };

  it('is complete when nothing is wrong', () => {
    const { guard, server } = parseGuardConfig(environment());
    expect(server.resourceIdentifier).toBe('https://mcp.example.com/mcp');
    expect(guard).toMatchObject({
      upstreamUrl: 'http://127.0.0.1:3001/mcp',
      hideUnreachable: false,
    });
  });

  it('takes an Ed25519 key instead of a secret, and no other key', () => {
    const pemOf = (type: 'ed25519' | 'x25519') => {
      const pair = type === 'ed25519' ? generateKeyPairSync(type) : generateKeyPairSync('x25519');
      return pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    };
    const withKey = (pem: string) =>
      problems({ CALLER_IDENTITY_SECRET: undefined, CALLER_IDENTITY_PRIVATE_KEY: pem });
    expect(withKey(pemOf('ed25519'))).toEqual([]);
    expect(withKey(pemOf('x25519'))).toHaveLength(1);
    expect(withKey('garbage')).toHaveLength(1);
  });

  it('reports the problems of the server and of the guard together, because both are one deployment', () => {
    const found = problems({
      PORT: 'x',
      UPSTREAM_URL: 'http://example.com/mcp',
      ACCESS_POLICY_FILE: file('{"tools":7,"unlisted":7}'),
      CALLER_IDENTITY_SECRET: 'short',
    });
    expect(found).toEqual([
      expect.stringContaining('PORT'),
      expect.stringContaining('UPSTREAM_URL must be on loopback'),
      expect.stringContaining('CALLER_IDENTITY_SECRET must have at least 32 bytes'),
      expect.stringContaining('ACCESS_POLICY_FILE: tools'),
      expect.stringContaining('ACCESS_POLICY_FILE: unlisted'),
    ]);
  });

  it.each([
    [{ CALLER_IDENTITY_SECRET: undefined }, 'must be set, not both'],
    [{ CALLER_IDENTITY_PRIVATE_KEY: 'x' }, 'must be set, not both'],
    [{ ACCESS_POLICY_FILE: undefined }, 'ACCESS_POLICY or ACCESS_POLICY_FILE must be set'],
    [{ ACCESS_POLICY: '{}' }, 'not both'],
    [{ ACCESS_POLICY_FILE: '/does/not/exist' }, 'cannot be read'],
    [{ UPSTREAM_URL: undefined }, 'UPSTREAM_URL must be set'],
  ])('does not start with %j', (changes, message) => {
    expect(problems(changes)).toEqual([expect.stringContaining(message)]);
    expect(() => parseGuardConfig(environment(changes))).toThrow(ConfigurationError);
  });
});
