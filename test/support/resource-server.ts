import type { SecurityEvent, SecurityLog } from '../../oauth/security-event.ts';
import type { ServerConfig } from '../../server/config.ts';
import type { Patience } from '../../server/early-answer.ts';
import type { FetchJwks } from '../../server/fetch-jwks.ts';
import { incomingCall } from '../../server/incoming-call.ts';
import type { McpApplication } from '../../server/mcp/application.ts';
import type { McpBackend } from '../../server/mcp/backend.ts';
import { notesApplication } from '../../server/mcp/demo/notes-application.ts';
import { servedBackend } from '../../server/mcp/served-backend.ts';
import { createResourceServer, type ResourceServer } from '../../server/resource-server.ts';
import { checkEvent } from './checked-log.ts';
import {
  aSigningKey,
  everydayScopes,
  frozenNow,
  issuer,
  jwksResponse,
  jwksUri,
  machineClient,
  resourceIdentifier,
  type SigningKey,
  userClient,
} from './tokens.ts';

export { legacyRequest, modernRequest } from './mcp-requests.ts';

/** A resource server with a frozen clock, a key of its own, and a log that can be read. */

export const aServerConfig = (changes: Partial<ServerConfig> = {}): ServerConfig => ({
  resourceIdentifier,
  authorizationServer: 'https://mcp.example.com',
  tokenIssuers: [{ issuer, jwksUri }],
  userClients: [userClient],
  machineClients: [machineClient],
  tenancy: 'required',
  allowedHosts: ['mcp.example.com'],
  allowedOrigins: ['https://inspector.example.com'],
  everydayScopes,
  toolScopes: {},
  host: '127.0.0.1',
  port: 0,
  maxBodyBytes: 4 * 1024 * 1024,
  resourceName: 'Shared notes',
  version: '1.2.3',
  logPseudonymKey: 'test-key-of-the-log-pseudonyms-32-characters',
  ...changes,
});

/** A log that keeps events in memory. */
export class RecordingLog implements SecurityLog {
  readonly events: SecurityEvent[] = [];

  record(event: SecurityEvent): void {
    checkEvent(event);
    this.events.push(event);
  }

  /** Without the housekeeping of the keys, and without what the detections make of it. */
  get decisions(): readonly SecurityEvent[] {
    return this.events.filter(({ metadata }) => !/^(keys|detection)\./.test(metadata.event_code));
  }

  get only(): SecurityEvent {
    const [event, ...others] = this.decisions;
    if (!event || others.length > 0)
      throw new Error(`expected one decision, got ${JSON.stringify(this.decisions)}`);
    return event;
  }

  clear(): void {
    this.events.length = 0;
  }
}

export interface TestServer extends ResourceServer {
  readonly log: RecordingLog;
  readonly key: SigningKey;
  readonly faults: unknown[];
  /** Sends an ordinary `Request` through the pipeline. */
  send(request: Request): Promise<Response>;
}

export const aResourceServer = async (
  options: {
    readonly config?: Partial<ServerConfig>;
    readonly key?: SigningKey;
    readonly fetchJwks?: FetchJwks;
    readonly application?: McpApplication | McpBackend;
    readonly now?: () => number;
    readonly patience?: Patience;
  } = {},
): Promise<TestServer> => {
  const log = new RecordingLog();
  const key = options.key ?? aSigningKey('key-1');
  const faults: unknown[] = [];
  const config = aServerConfig(options.config);
  const now = options.now ?? (() => frozenNow);
  const notes = notesApplication({ version: config.version, now });
  const server = createResourceServer(config, {
    securityLog: log,
    now,
    fetchJwks: options.fetchJwks ?? (async () => jwksResponse(key)),
    backend: servedBackend(options.application ?? notes),
    ...(options.patience && { patience: options.patience }),
    onFault: (fault) => faults.push(fault),
  });
  await server.warm();
  return {
    ...server,
    log,
    key,
    faults,
    send: (request) => server.handle(incomingCall(request, { clientAddress: '203.0.113.77' })),
  };
};

/** A POST to the MCP path. */
export const aPost = (
  body: unknown,
  {
    token,
    headers = {},
    url = resourceIdentifier,
  }: {
    readonly token?: string;
    readonly headers?: Record<string, string>;
    readonly url?: string;
  } = {},
): Request =>
  new Request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** The JSON-RPC message of an answer, whether it came as JSON or as an event stream. */
export const messageOf = async (response: Response): Promise<Record<string, unknown>> => {
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return JSON.parse(text);
  const data = text.split('\n').findLast((line) => line.startsWith('data: '));
  return JSON.parse((data as string).slice('data: '.length));
};
