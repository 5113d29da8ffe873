import * as documents from '../client-documents.ts';
import type { McpClient } from '../mcp-client.ts';
import { defaults, document, dynamic, preregistered, publicClient } from './registration.ts';

export const openAiClients: readonly McpClient[] = [
  {
    ...defaults,
    product: 'ChatGPT',
    registration: document(documents.chatGpt),
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
    note: 'where `iss` is advertised',
  },
  {
    ...defaults,
    product: 'ChatGPT',
    registration: document(documents.chatGptApp),
    redirectUri: 'https://chatgpt.com/connector/oauth/j0wKlDBsmsUM',
    note: 'one document per app',
  },
  {
    ...defaults,
    product: 'ChatGPT',
    registration: dynamic({
      ...publicClient,
      client_name: 'ChatGPT',
      redirect_uris: ['https://chatgpt.com/connector/oauth/j0wKlDBsmsUM'],
    }),
    redirectUri: 'https://chatgpt.com/connector/oauth/j0wKlDBsmsUM',
  },
  {
    ...defaults,
    product: 'ChatGPT',
    registration: preregistered(
      {
        clientId: 'chatgpt-app',
        clientName: 'ChatGPT (predefined)',
        redirectUris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
      },
      'client_secret_post',
    ),
    redirectUri: 'https://chatgpt.com/connector_platform_oauth_redirect',
  },
  {
    ...defaults,
    product: 'Codex',
    registration: document(documents.codex),
    redirectUri: 'http://127.0.0.1:1455/callback',
    scopeSource: 'protected resource',
    revisions: ['2025-06-18'],
  },
  {
    ...defaults,
    product: 'Codex',
    registration: document(documents.codex),
    redirectUri: 'http://localhost:51763/callback',
    scopeSource: 'protected resource',
    revisions: ['2025-06-18'],
  },
  {
    ...defaults,
    product: 'Codex',
    registration: dynamic({
      client_name: 'Codex',
      redirect_uris: ['http://127.0.0.1:51763/callback'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    }),
    redirectUri: 'http://127.0.0.1:51763/callback',
    scopeSource: 'protected resource',
    revisions: ['2025-06-18'],
  },
];
