import * as documents from '../client-documents.ts';
import type { McpClient } from '../mcp-client.ts';
import {
  bothEras,
  defaults,
  document,
  dynamic,
  preregistered,
  publicClient,
  uuid,
} from './registration.ts';

const mcpRemote = {
  ...defaults,
  product: 'mcp-remote',
  redirectUri: 'http://localhost:14822/oauth/callback',
  state: uuid,
  revisions: bothEras,
} as const;

const mcpRemoteBody = dynamic({
  redirect_uris: ['http://localhost:14822/oauth/callback'],
  ...publicClient,
  client_name: 'MCP CLI Client',
  client_uri: 'https://github.com/modelcontextprotocol/mcp-cli',
  software_id: '2e6dc280-f3c3-4e01-99a7-8181dbd1d23d',
  software_version: '0.15.1',
  scope: 'mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read',
});

export const mcpRemoteClients: readonly McpClient[] = [
  { ...mcpRemote, registration: mcpRemoteBody },
  {
    ...mcpRemote,
    registration: mcpRemoteBody,
    sendsResource: false,
    note: '--disable-resource-parameter',
  },
  {
    ...mcpRemote,
    registration: document(documents.operatorSupplied),
    note: '--client-metadata-url',
  },
  {
    ...mcpRemote,
    registration: preregistered(
      {
        clientId: 'mcp-remote',
        clientName: 'mcp-remote (static)',
        redirectUris: ['http://localhost/oauth/callback'],
      },
      'client_secret_post',
    ),
    note: '--static-oauth-client-info',
  },
];
