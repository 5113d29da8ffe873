import { describe, expect, it } from 'vitest';
import { defaultDetectionSettings } from '../../oauth/detection-settings.ts';
import { defaultRateLimits } from '../../oauth/rate-limit.ts';
import { parseServerConfig } from '../../server/config.ts';
import { ConfigurationError } from '../../server/environment-reader.ts';

const environment = {
  RESOURCE_IDENTIFIER: 'https://mcp.example.com/mcp',
  AUTHORIZATION_SERVER: 'https://mcp.example.com',
  TOKEN_ISSUERS: '[{"issuer":"https://issuer.example.com/pool"}]',
  USER_CLIENTS: 'one two',
};

const problemsOf = (changes: Record<string, string | undefined>): readonly string[] => {
  try {
    parseServerConfig({ ...environment, ...changes });
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
};

describe('parseServerConfig', () => {
  it('fills in safe defaults: tenancy required, own host only, no origin', () => {
    const config = parseServerConfig(environment);
    expect(config).toEqual({
      resourceIdentifier: 'https://mcp.example.com/mcp',
      authorizationServer: 'https://mcp.example.com',
      tokenIssuers: [
        {
          issuer: 'https://issuer.example.com/pool',
          jwksUri: 'https://issuer.example.com/pool/.well-known/jwks.json',
        },
      ],
      userClients: ['one', 'two'],
      machineClients: [],
      tenancy: 'required',
      allowedHosts: ['mcp.example.com'],
      allowedOrigins: [],
      everydayScopes: [
        'mcp:tools:read',
        'mcp:tools:execute',
        'mcp:resources:read',
        'mcp:prompts:read',
      ],
      toolScopes: {},
      clientAddressHeader: undefined,
      rateLimits: defaultRateLimits,
      detections: defaultDetectionSettings,
      shutdownDelayMs: 3000,
      host: '0.0.0.0',
      port: 8080,
      logAddresses: 'full',
      metricsTools: [],
      maxBodyBytes: 4 * 1024 * 1024,
      resourceName: 'MCP server',
      version: '0.0.0',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('reports every problem at once, because a deployment takes minutes per attempt', () => {
    const problems = problemsOf({
      RESOURCE_IDENTIFIER: 'http://mcp.example.com/mcp/',
      AUTHORIZATION_SERVER: undefined,
      TOKEN_ISSUERS: 'nope',
      USER_CLIENTS: ' ',
      TENANCY: 'maybe',
      PORT: '99999',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'RESOURCE_IDENTIFIER',
      'AUTHORIZATION_SERVER',
      'TOKEN_ISSUERS',
      'USER_CLIENTS',
      'TENANCY',
      'PORT',
    ]);
  });

  it.each([
    [{ RESOURCE_IDENTIFIER: 'https://mcp.example.com/' }, 'must have a path'],
    [{ AUTHORIZATION_SERVER: 'http://login.example.com' }, 'must use https'],
    [{ AUTHORIZATION_SERVER: 'login.example.com' }, 'is not an absolute URL'],
    [{ TOKEN_ISSUERS: '[]' }, 'at least one issuer'],
    [{ TOKEN_ISSUERS: '[{}]' }, '[0] needs an issuer'],
    [{ TOKEN_ISSUERS: '[{"issuer":"http://issuer.example.com"}]' }, 'must use https'],
    [
      { TOKEN_ISSUERS: '[{"issuer":"https://a.test","jwksUri":"http://a.test/jwks"}]' },
      'must use https',
    ],
    [{ TOKEN_ISSUERS: '[{"issuer":"https://user@a.test"}]' }, 'user information'],
    [{ USER_CLIENTS: '' }, 'at least one client id'],
    [{ ALLOWED_ORIGINS: 'https://a.test/' }, 'is no origin'],
    [{ ALLOWED_ORIGINS: '*' }, 'is no origin'],
    [{ ALLOWED_ORIGINS: 'null' }, 'is no origin'],
    [{ EVERYDAY_SCOPES: 'a "b"' }, 'malformed scope'],
    [{ TOOL_SCOPES: '{"a":"b"}' }, 'must be a JSON object'],
    [{ TOOL_SCOPES: '[]' }, 'must be a JSON object'],
    [{ PORT: '8080x' }, 'must be a whole number'],
    [{ MAX_BODY_BYTES: '10' }, 'must be a whole number'],
    [{ RATE_LIMITS: '[]' }, 'must be a JSON object'],
    [{ RATE_LIMITS: '{"adress":null}' }, "has a limit 'adress'"],
    [{ RATE_LIMITS: '{"address":{"calls":0,"seconds":60}}' }, 'must have address as'],
    [{ RATE_LIMITS: '{"tools":{"x":null}}' }, 'must have tools as'],
    [{ SHARED_STORE: 'http://:secret@localhost' }, 'must be a redis:// or rediss:// URL'],
    [{ MAX_CONCURRENT_CALLS: '0' }, 'must be a whole number'],
    [{ SHUTDOWN_DELAY_MS: '60000' }, 'must be a whole number'],
    [{ METRICS_NAMESPACE: 'my "metrics"' }, 'must be a CloudWatch namespace'],
    [{ METRICS_TOOLS: 'a b c d e f g' }, 'must name at most 6 tools'],
  ])('refuses %j in plain words', (changes, words) => {
    const problems = problemsOf(changes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
  });

  it('allows http on loopback, because local mode has no certificates', () => {
    const loopback = {
      RESOURCE_IDENTIFIER: 'http://127.0.0.1:8080/mcp',
      AUTHORIZATION_SERVER: 'http://localhost:8080',
      TOKEN_ISSUERS: '[{"issuer":"http://127.0.0.1:9000/pool"}]',
      ALLOWED_ORIGINS: 'loopback https://a.test',
    };
    expect(parseServerConfig({ ...environment, ...loopback })).toMatchObject({
      allowedHosts: ['127.0.0.1:8080'],
      allowedOrigins: ['loopback', 'https://a.test'],
    });
  });

  it('names itself by a stable code, because programs read it too', () => {
    expect(ConfigurationError.code).toBe('ERR_CONFIGURATION');
  });
});
