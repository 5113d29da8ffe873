import type { McpClient } from '../mcp-client.ts';
import { defaults, dynamic, preregistered, publicClient } from './registration.ts';

export const googleClients: readonly McpClient[] = [
  {
    ...defaults,
    product: 'Gemini CLI',
    registration: dynamic({
      ...publicClient,
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:7777/oauth/callback'],
      scope: '',
    }),
    redirectUri: 'http://localhost:7777/oauth/callback',
    scopeSource: 'omitted',
  },
  {
    ...defaults,
    product: 'Gemini CLI',
    registration: dynamic({
      ...publicClient,
      client_name: 'Gemini CLI MCP Client',
      redirect_uris: ['http://localhost:42613/oauth/callback'],
      scope: '',
    }),
    redirectUri: 'http://localhost:42613/oauth/callback',
    scopeSource: 'authorization server',
    note: 'random port',
  },
  {
    ...defaults,
    product: 'Antigravity',
    registration: dynamic({
      ...publicClient,
      client_name: 'Google Antigravity',
      redirect_uris: ['https://antigravity.google/oauth-callback'],
    }),
    redirectUri: 'https://antigravity.google/oauth-callback',
  },
  {
    ...defaults,
    product: 'Antigravity',
    registration: preregistered(
      {
        clientId: 'antigravity',
        clientName: 'Antigravity (id and secret)',
        redirectUris: ['https://antigravity.google/oauth-callback'],
      },
      'client_secret_basic',
    ),
    redirectUri: 'https://antigravity.google/oauth-callback',
  },
];
