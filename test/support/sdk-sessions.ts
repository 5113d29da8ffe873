import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { MemoryOAuthProvider } from '../../dev/memory-oauth-provider.ts';

/** The official SDKs, unmodified, behind one face, so that one test can go through all of them. */

export interface ToolAnswer {
  readonly isError?: boolean;
  readonly structuredContent?: Readonly<Record<string, unknown>>;
}

export interface SdkSession {
  connect(): Promise<void>;
  finishAuth(answer: URLSearchParams): Promise<void>;
  listTools(): Promise<readonly string[]>;
  callTool(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  readonly protocolVersion: string | undefined;
  close(): Promise<void>;
}

/** Sessions connect once. After a login the client opens a new one with the same provider. */
export type OpenSession = (mcpUrl: string, provider: MemoryOAuthProvider) => SdkSession;

const info = { name: 'e2e', version: '1.0.0' };

const openV1: OpenSession = (mcpUrl, provider) => {
  const client = new ClientV1(info);
  const transport = new TransportV1(new URL(mcpUrl), { authProvider: provider });
  return {
    connect: () => client.connect(transport),
    // Version 1 takes the bare code: comparing `state` and `iss` is left to the application.
    finishAuth: (answer) => transport.finishAuth(answer.get('code') ?? ''),
    listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
    callTool: async (name, args = {}) =>
      (await client.callTool({ name, arguments: args })) as ToolAnswer,
    get protocolVersion() {
      return transport.protocolVersion;
    },
    close: () => client.close(),
  };
};

type Negotiation = NonNullable<ConstructorParameters<typeof Client>[1]>['versionNegotiation'];

const openV2 =
  (versionNegotiation?: Negotiation): OpenSession =>
  (mcpUrl, provider) => {
    const client = new Client(info, versionNegotiation ? { versionNegotiation } : {});
    const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), {
      authProvider: provider,
    });
    return {
      connect: () => client.connect(transport),
      finishAuth: (answer) => transport.finishAuth(answer),
      listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
      callTool: async (name, args = {}) =>
        (await client.callTool({ name, arguments: args })) as ToolAnswer,
      get protocolVersion() {
        return client.getNegotiatedProtocolVersion();
      },
      close: () => client.close(),
    };
  };

/** Each with the protocol revision that it must end up with. */
export const sdks = {
  'SDK v1': { open: openV1, protocolVersion: '2025-11-25' },
  'SDK v2': { open: openV2(), protocolVersion: '2025-11-25' },
  'SDK v2, auto': { open: openV2({ mode: 'auto' }), protocolVersion: '2026-07-28' },
  'SDK v2, pinned': {
    open: openV2({ mode: { pin: '2026-07-28' } }),
    protocolVersion: '2026-07-28',
  },
} as const satisfies Record<string, { open: OpenSession; protocolVersion: string }>;
