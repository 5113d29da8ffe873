import * as documents from '../client-documents.ts';
import type { McpClient } from '../mcp-client.ts';
import { defaults, document, dynamic, preregistered, publicClient } from './registration.ts';

export const claudeClients: readonly McpClient[] = [
  {
    ...defaults,
    product: 'Claude',
    registration: document(documents.claude),
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    revisions: ['2025-11-25'],
  },
  {
    ...defaults,
    product: 'Claude',
    registration: dynamic({
      ...publicClient,
      client_name: 'claudeai',
      redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
      scope: 'claudeai',
    }),
    redirectUri: 'https://claude.ai/api/mcp/auth_callback',
    revisions: ['2025-11-25'],
  },
  {
    ...defaults,
    product: 'Claude',
    registration: preregistered(
      {
        clientId: 'claude-connector',
        clientName: 'Claude (advanced settings)',
        redirectUris: [
          'https://claude.ai/api/mcp/auth_callback',
          'https://claude.com/api/mcp/auth_callback',
        ],
      },
      'client_secret_post',
    ),
    redirectUri: 'https://claude.com/api/mcp/auth_callback',
    revisions: ['2025-11-25'],
  },
  {
    ...defaults,
    product: 'Claude Code',
    registration: document(documents.claudeCode),
    redirectUri: 'http://localhost:3118/callback',
  },
  {
    ...defaults,
    product: 'Claude Code',
    registration: document(documents.claudeCode),
    redirectUri: 'http://127.0.0.1:54545/callback',
    note: 'host of release 2.1.229',
  },
  {
    ...defaults,
    product: 'Claude Code',
    registration: dynamic({
      ...publicClient,
      client_name: 'Claude Code (team-notes)',
      redirect_uris: ['http://localhost:3118/callback'],
    }),
    redirectUri: 'http://localhost:3118/callback',
  },
  {
    ...defaults,
    product: 'Claude Code',
    registration: preregistered({
      clientId: 'claude-code',
      clientName: 'Claude Code (--client-id)',
      redirectUris: ['http://localhost:8080/callback'],
    }),
    redirectUri: 'http://localhost:8080/callback',
    note: '--callback-port',
  },
];
