import { brokerClientId } from '../../dev/demo-deployment.ts';
import { demoUsers } from '../../dev/demo-users.ts';
import { startLocalMode } from '../../dev/local-mode.ts';
import { isAuthorizationServerPath } from '../../lambda/authorization-server/authorization-server.ts';
import type { FetchDocument } from '../../lambda/authorization-server/clients/fetch-document.ts';
import { createMetadataDocuments } from '../../lambda/authorization-server/clients/metadata-documents.ts';
import { wellKnownDocument } from '../../lambda/authorization-server/clients/well-known-documents.ts';
import type { PreregisteredClient } from '../../lambda/authorization-server/settings.ts';
import { openRedirectPolicy } from '../../oauth/redirect-uri.ts';
import { err, ok } from '../../oauth/result.ts';
import { parseServerConfig } from '../../server/config.ts';
import { incomingCall } from '../../server/incoming-call.ts';
import { notesApplication } from '../../server/mcp/demo/notes-application.ts';
import { applicationBackend } from '../../server/mcp/handler.ts';
import { createResourceServer } from '../../server/resource-server.ts';
import { aBroker, issuer, machine, resource } from '../support/broker.ts';
import { publishedDocuments } from './client-documents.ts';

/** What a client of this table meets: one origin with a broker and an MCP server behind it. */
export interface Deployment {
  /** What the operator published as issuer; clients read it from the metadata. */
  readonly issuer: string;
  /** What a person pastes into a client. */
  readonly mcpUrl: string;
  readonly fetch: typeof fetch;
  readonly user: { readonly username: string; readonly password: string };
  readonly close: () => Promise<void>;
}

const alice = (): Deployment['user'] => {
  const user = demoUsers.find(({ username }) => username === 'alice');
  if (!user) throw new Error('there is no demo user alice');
  return { username: user.username, password: user.password };
};

/** Whether the publishers of client metadata documents answer. */
export type Publishers = 'published' | 'silent';

const fetchDocumentFrom =
  (publishers: Publishers): FetchDocument =>
  async (clientId) => {
    const document = publishers === 'published' ? publishedDocuments.get(clientId) : undefined;
    // What claude.ai's edge does to some cloud addresses: a bot challenge instead of the document.
    return document === undefined
      ? err({ reason: 'client_document_unavailable', evidence: { cause: 'status', status: 403 } })
      : ok({ document, maxAgeSeconds: 300 });
  };

/** Local mode: the whole deployment over real HTTP on loopback. */
export const localDeployment = async (publishers: Publishers): Promise<Deployment> => {
  const local = await startLocalMode({
    port: 0,
    securityLog: { record: () => {} },
    fetchDocument: fetchDocumentFrom(publishers),
  });
  const { issuer: localIssuer, mcpUrl, close } = local;
  return { issuer: localIssuer, mcpUrl, fetch, user: alice(), close };
};

const resourceServerFor = async (tokenIssuer: { issuer: string; jwksUri: string }) => {
  const config = parseServerConfig({
    RESOURCE_IDENTIFIER: resource,
    AUTHORIZATION_SERVER: issuer,
    TOKEN_ISSUERS: JSON.stringify([tokenIssuer]),
    USER_CLIENTS: brokerClientId,
    MACHINE_CLIENTS: machine.clientId,
    RESOURCE_NAME: 'Team notes',
    SERVER_VERSION: 'test',
  });
  const resourceServer = createResourceServer(config, {
    securityLog: { record: () => {} },
    backend: applicationBackend(notesApplication({ version: config.version, now: Date.now })),
  });
  await resourceServer.warm();
  return resourceServer;
};

/**
 * The same code below an https issuer, which has cookies under `__Host-` and may have pre-registered
 * clients. Without sockets: only Cognito, simulated, is behind one.
 */
export const httpsDeployment = async (
  preregisteredClients: readonly PreregisteredClient[],
): Promise<Deployment> => {
  const broker = await aBroker({
    settings: { preregisteredClients },
    documents: createMetadataDocuments({
      policy: {},
      redirectPolicy: openRedirectPolicy,
      fetchDocument: fetchDocumentFrom('published'),
      now: Date.now,
      pinned: wellKnownDocument,
    }),
  });
  const resourceServer = await resourceServerFor({
    issuer: broker.simulator.issuer,
    jwksUri: broker.simulator.jwksUri,
  });
  const dispatch = (async (input: URL | string, init?: RequestInit) => {
    const url = new URL(input);
    return url.origin !== issuer || isAuthorizationServerPath(url.pathname)
      ? broker.fetch(input, init)
      : resourceServer.handle(incomingCall(new Request(input, init)));
  }) as typeof fetch;
  return {
    issuer,
    mcpUrl: resource,
    fetch: dispatch,
    user: alice(),
    close: async () => {
      await resourceServer.close();
      await broker.close();
    },
  };
};
