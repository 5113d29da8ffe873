/** How Cognito, or the network in front of it, can fail. */
export interface CognitoFault {
  readonly endpoint: 'token' | 'authorize' | 'revoke' | 'jwks' | 'openid-configuration';
  readonly kind:
    | 'http_500'
    | 'http_429'
    /** 200 with half a JSON document. */
    | 'malformed_json'
    /** No answer until the simulator is closed. */
    | 'timeout'
    | 'invalid_grant'
    /** 200 with a web page: what a captive portal or a misrouted custom domain sends. */
    | 'html';
  /** How many matching requests fail. @default 1 */
  readonly times?: number;
}

const json = (status: number, body: string): Response =>
  new Response(body, { status, headers: { 'content-type': 'application/json;charset=UTF-8' } });

const responses: Readonly<Record<Exclude<CognitoFault['kind'], 'timeout'>, () => Response>> = {
  http_500: () => json(500, '{"error":"server_error"}'),
  http_429: () => json(429, '{"message":"Too Many Requests"}'),
  malformed_json: () => json(200, '{"access_token":"eyJ'),
  invalid_grant: () => json(400, '{"error":"invalid_grant"}'),
  html: () =>
    new Response('<!doctype html><title>Service unavailable</title>', {
      headers: { 'content-type': 'text/html;charset=UTF-8' },
    }),
};

const paths: readonly (readonly [CognitoFault['endpoint'], (path: string) => boolean])[] = [
  ['token', (path) => path === '/oauth2/token'],
  ['authorize', (path) => path === '/oauth2/authorize'],
  ['revoke', (path) => path === '/oauth2/revoke'],
  ['jwks', (path) => path.endsWith('/.well-known/jwks.json')],
  ['openid-configuration', (path) => path.endsWith('/.well-known/openid-configuration')],
];

export interface FaultPlan {
  add(fault: CognitoFault): void;
  /** The failure due for this request, which then counts as delivered. */
  take(path: string): Promise<Response> | undefined;
  /** Ends all requests that are kept waiting. */
  release(): void;
}

export const createFaultPlan = (): FaultPlan => {
  const pending: { fault: CognitoFault; left: number }[] = [];
  const waiting = new Set<() => void>();

  const hang = (): Promise<Response> =>
    new Promise((resolve) => {
      waiting.add(() => resolve(new Response(null, { status: 503 })));
    });

  return {
    add: (fault) => {
      pending.push({ fault, left: fault.times ?? 1 });
    },
    take: (path) => {
      const endpoint = paths.find(([, matches]) => matches(path))?.[0];
      const due = pending.find(({ fault, left }) => fault.endpoint === endpoint && left > 0);
      if (!due) return undefined;
      due.left -= 1;
      const { kind } = due.fault;
      return kind === 'timeout' ? hang() : Promise.resolve(responses[kind]());
    },
    release: () => {
      for (const answer of waiting) answer();
      waiting.clear();
    },
  };
};
