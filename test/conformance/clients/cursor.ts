import type { McpClient } from '../mcp-client.ts';
import { defaults, dynamic, preregistered, publicClient } from './registration.ts';

/** One body with three URIs: if one of them is refused, Cursor shows no link at all. */
const cursorDynamic = dynamic({
  ...publicClient,
  client_name: 'Cursor',
  redirect_uris: [
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'https://www.cursor.com/agents/mcp/oauth/callback',
    'http://localhost:8787/callback',
  ],
});

const cursor = { ...defaults, product: 'Cursor' } as const;

export const cursorClients: readonly McpClient[] = [
  { ...cursor, registration: cursorDynamic, redirectUri: 'http://localhost:8787/callback' },
  {
    ...cursor,
    registration: cursorDynamic,
    redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
  },
  {
    ...cursor,
    registration: cursorDynamic,
    redirectUri: 'https://www.cursor.com/agents/mcp/oauth/callback',
  },
  {
    ...cursor,
    registration: preregistered(
      {
        clientId: 'cursor',
        clientName: 'Cursor (auth block)',
        redirectUris: ['http://localhost:8787/callback'],
      },
      'client_secret_basic',
    ),
    redirectUri: 'http://localhost:8787/callback',
  },
];
