import * as documents from '../client-documents.ts';
import type { McpClient } from '../mcp-client.ts';
import { defaults, document, dynamic, publicClient } from './registration.ts';

export const editorClients: readonly McpClient[] = [
  {
    ...defaults,
    product: 'Zed',
    registration: document(documents.zed),
    redirectUri: 'http://127.0.0.1:27523/callback',
  },
  {
    ...defaults,
    product: 'Zed',
    registration: document(documents.zed),
    redirectUri: 'http://127.0.0.1:50412/callback',
    note: '27523 is taken',
  },
  {
    ...defaults,
    product: 'Zed',
    registration: dynamic({
      client_name: 'Zed',
      redirect_uris: ['http://127.0.0.1:27523/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }),
    redirectUri: 'http://127.0.0.1:27523/callback',
    note: 'does not register for refresh tokens',
  },
  {
    ...defaults,
    product: 'OpenCode',
    registration: document(documents.openCode),
    redirectUri: 'http://127.0.0.1:51675/callback',
  },
  {
    ...defaults,
    product: 'OpenCode',
    registration: document(documents.openCode),
    redirectUri: 'http://localhost:51675/callback',
  },
  {
    ...defaults,
    product: 'OpenCode',
    registration: dynamic({
      ...publicClient,
      client_name: 'OpenCode',
      client_uri: 'https://opencode.ai',
      redirect_uris: ['http://127.0.0.1:19876/mcp/oauth/callback'],
    }),
    redirectUri: 'http://127.0.0.1:19876/mcp/oauth/callback',
  },
];
