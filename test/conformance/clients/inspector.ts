import * as documents from '../client-documents.ts';
import type { ClientRegistration, McpClient } from '../mcp-client.ts';
import { bothEras, defaults, document, dynamic, publicClient } from './registration.ts';

const inspectorBody = (redirectUri: string): ClientRegistration =>
  dynamic({
    ...publicClient,
    client_name: 'MCP Inspector',
    client_uri: 'https://github.com/modelcontextprotocol/inspector',
    redirect_uris: [redirectUri],
    scope: '',
    application_type: 'native',
  });

const inspector = { ...defaults, product: 'MCP Inspector', revisions: bothEras } as const;
const inspectorOrigin = 'http://localhost:6274';

export const inspectorClients: readonly McpClient[] = [
  {
    ...inspector,
    registration: inspectorBody('http://localhost:6274/oauth/callback'),
    redirectUri: 'http://localhost:6274/oauth/callback',
    browserOrigin: inspectorOrigin,
    note: 'in a browser',
  },
  {
    ...inspector,
    registration: inspectorBody('http://localhost:6274/oauth/callback/debug'),
    redirectUri: 'http://localhost:6274/oauth/callback/debug',
    browserOrigin: inspectorOrigin,
    revisions: ['2025-11-25'],
    note: 'older, in a browser',
  },
  {
    ...inspector,
    registration: inspectorBody('http://127.0.0.1:6276/oauth/callback'),
    redirectUri: 'http://127.0.0.1:6276/oauth/callback',
    note: 'command line',
  },
  {
    ...inspector,
    registration: document(documents.operatorSupplied),
    redirectUri: 'http://localhost:6274/oauth/callback',
    browserOrigin: inspectorOrigin,
    note: 'document of an operator',
  },
];
