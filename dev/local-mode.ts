import { isAuthorizationServerPath } from '../lambda/authorization-server/authorization-server.ts';
import {
  createDocumentFetcher,
  type FetchDocument,
} from '../lambda/authorization-server/clients/fetch-document.ts';
import { createMetadataDocuments } from '../lambda/authorization-server/clients/metadata-documents.ts';
import { wellKnownDocument } from '../lambda/authorization-server/clients/well-known-documents.ts';
import { composeAuthorizationServer } from '../lambda/authorization-server/compose.ts';
import { watchedLog } from '../lambda/authorization-server/detections.ts';
import type { AuthorizationServerSettings } from '../lambda/authorization-server/settings.ts';
import { memoryGrantStore } from '../lambda/authorization-server/store/memory-grant-store.ts';
import { createPreTokenGeneration } from '../lambda/pre-token-generation/handler.ts';
import { defaultDetectionSettings } from '../oauth/detection-settings.ts';
import type { SecurityLog } from '../oauth/security-event.ts';
import { brokerPaths } from '../oauth/well-known.ts';
import type { Answer } from '../server/answer.ts';
import { clientAddressOf } from '../server/client-address.ts';
import { parseServerConfig, type ServerConfig } from '../server/config.ts';
import type { ServerEnvironment } from '../server/environment.ts';
import type { IncomingCall } from '../server/incoming-call.ts';
import { type Listener, listen } from '../server/listener.ts';
import { logPrivacyWith } from '../server/log-privacy.ts';
import type { McpApplication } from '../server/mcp/application.ts';
import { notesApplication } from '../server/mcp/demo/notes-application.ts';
import { applicationBackend } from '../server/mcp/handler.ts';
import { createResourceServer } from '../server/resource-server.ts';
import { type CognitoSimulator, startCognitoSimulator } from './cognito/simulator.ts';
import { brokerClientId, type DemoDeployment, demoDeployment } from './demo-deployment.ts';
import { type DemoUser, demoUsers } from './demo-users.ts';

/**
 * The whole deployment in one process on loopback: the broker, the pipeline and the log are the code
 * that runs in AWS; Cognito is a simulator, the table is a `Map`, and a path check stands for the
 * load balancer's rules.
 */

export interface LocalModeOptions {
  /** Public port; 0 picks a free one. */
  readonly port: number;
  readonly securityLog: SecurityLog;
  /** Gets faults with everything they say. */
  readonly onFault?: (fault: unknown) => void;
  /** Settings of the resource server, over those of local mode. @default - none */
  readonly serverEnvironment?: Partial<ServerEnvironment>;
  /** Settings of the broker, over those of local mode. @default - none */
  readonly brokerSettings?: Partial<AuthorizationServerSettings>;
  /** What the resource server serves. @default - the notes demo */
  readonly application?: McpApplication;
  /** How client metadata documents are fetched. @default - from the internet, SSRF-safe */
  readonly fetchDocument?: FetchDocument;
}

export interface LocalMode {
  readonly origin: string;
  readonly mcpUrl: string;
  readonly issuer: string;
  readonly users: readonly DemoUser[];
  readonly machineClient: DemoDeployment['machineClient'];
  readonly simulator: CognitoSimulator;
  close(): Promise<void>;
}

type Handle = (call: IncomingCall) => Promise<Answer>;

/** A form or a registration is small; the broker measures it again. */
const maxBrokerBodyBytes = 128 * 1024;

/** Nobody sends that much by accident; the load balancer's own limit for a Lambda function is 1 MB. */
const bodyTooLarge = (): Response =>
  Response.json(
    { error: 'invalid_request', error_description: 'The request is too large' },
    { status: 413, headers: { 'cache-control': 'no-store' } },
  );

/** What the load balancer does in AWS: the broker's paths to the broker, the rest to the container. */
const loadBalancer =
  (
    broker: ReturnType<typeof composeAuthorizationServer>,
    resourceServer: Handle,
    clientAddressHeader: string | undefined,
  ): Handle =>
  async (call) => {
    const { headers: fields, target } = call;
    const clientAddress = clientAddressOf(fields, call.clientAddress, clientAddressHeader);
    if (!isAuthorizationServerPath(new URL(`http://localhost${target}`).pathname))
      return resourceServer(call);
    const request = call.toRequest();
    const body = request.method === 'POST' ? await call.readBody(maxBrokerBodyBytes) : undefined;
    if (body && !body.ok) return bodyTooLarge();
    const { method, headers } = request;
    const complete = new Request(request.url, {
      method,
      headers,
      ...(body && { body: new Uint8Array(body.value) }),
    });
    return broker(complete, clientAddress === undefined ? {} : { clientAddress });
  };

const serverConfig = (
  origin: string,
  simulator: CognitoSimulator,
  deployment: DemoDeployment,
  overrides: Partial<ServerEnvironment> = {},
): ServerConfig =>
  parseServerConfig({
    RESOURCE_IDENTIFIER: deployment.resourceIdentifier,
    AUTHORIZATION_SERVER: origin,
    TOKEN_ISSUERS: JSON.stringify([{ issuer: simulator.issuer, jwksUri: simulator.jwksUri }]),
    USER_CLIENTS: brokerClientId,
    MACHINE_CLIENTS: deployment.machineClient.clientId,
    // Browser-based clients such as MCP Inspector run on a loopback port of their own.
    ALLOWED_ORIGINS: `${origin} loopback`,
    REVOCATION_FEED: origin + brokerPaths.revocations,
    REVOCATION_FEED_KEY: deployment.revocationFeedKey,
    REVOCATION_POLL_SECONDS: '1',
    RESOURCE_NAME: 'Team notes',
    SERVER_VERSION: 'local',
    LOG_PSEUDONYM_KEY: deployment.logPseudonymKey,
    ...overrides,
  });

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Both loopback addresses, since `localhost` may mean either; a machine without IPv6 has one. */
const listenOnBoth = async (handle: Handle, port: number): Promise<readonly Listener[]> => {
  const first = await listen(handle, { host: '127.0.0.1', port });
  try {
    return [first, await listen(handle, { host: '::1', port: first.port })];
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error))) return [first];
    await first.close(0);
    throw error;
  }
};

const attempts = 5;

/** With port 0 a port is chosen that is free on both: the first pick may be taken on the other. */
const listenOnLoopback = async (handle: Handle, port: number): Promise<readonly Listener[]> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await listenOnBoth(handle, port);
    } catch (error) {
      if (port !== 0 || attempt === attempts || codeOf(error) !== 'EADDRINUSE') throw error;
    }
  }
};

/** Starts everything; rejects with the listener's error when the port is taken. */
export const startLocalMode = async (options: LocalModeOptions): Promise<LocalMode> => {
  const { securityLog, onFault } = options;
  // The port comes first: everything else is configured with the origin it makes.
  let serve: Handle = async () => new Response('starting', { status: 503 });
  const listeners = await listenOnLoopback((call) => serve(call), options.port);
  const origin = `http://localhost:${(listeners[0] as Listener).port}`;
  const deployment = demoDeployment(origin);
  const simulator = await startCognitoSimulator({
    userPool: deployment.userPool,
    preTokenGeneration: createPreTokenGeneration(deployment.trigger, { securityLog }),
    showDemoUsers: true,
  });
  const settings = { ...deployment.brokerSettings(simulator), ...options.brokerSettings };
  const config = serverConfig(origin, simulator, deployment, options.serverEnvironment);
  const broker = composeAuthorizationServer(settings, {
    store: memoryGrantStore(),
    securityLog: watchedLog(securityLog, config.detections ?? defaultDetectionSettings),
    privacy: logPrivacyWith(config.logPseudonymKey, config.logAddresses),
    documents: createMetadataDocuments({
      policy: settings.metadataDocuments.policy,
      redirectPolicy: settings.redirectPolicy,
      fetchDocument: options.fetchDocument ?? createDocumentFetcher(),
      now: Date.now,
      pinned: wellKnownDocument,
    }),
  });
  const { version } = config;
  const resourceServer = createResourceServer(config, {
    securityLog,
    backend: applicationBackend(
      options.application ?? notesApplication({ version, now: Date.now }),
    ),
    // Not over the socket: nobody answers there yet.
    fetchFeed: (url, init) => broker(new Request(url, init)),
    ...(onFault && { onFault }),
  });
  await resourceServer.warm();
  serve = loadBalancer(broker, resourceServer.answer, config.clientAddressHeader);
  return {
    origin,
    mcpUrl: deployment.resourceIdentifier,
    issuer: settings.issuer,
    users: demoUsers,
    machineClient: deployment.machineClient,
    simulator,
    close: async () => {
      await resourceServer.close();
      await Promise.all(listeners.map((listener) => listener.close(2_000)));
      await simulator.close();
    },
  };
};
