import * as documents from '../client-documents.ts';
import type { McpClient } from '../mcp-client.ts';
import { defaults, document, dynamic, preregistered, publicClient, uuid } from './registration.ts';

/** Sixteen bytes in plain base64: `+`, `/` and `=` must survive the trip. */
const vsCodeState = 'q0Zb+/8kTQm3vY1nR5uPdw==';

/** For the redirect over vscode.dev, `state` is the URL that the page there forwards to. */
const vsCodeWebState = (scheme: string) =>
  `${scheme}://dynamicauthprovider/mcp.example.com/authorize?nonce=${uuid}`;

const vsCodeDynamic = dynamic({
  ...publicClient,
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  redirect_uris: [
    'https://insiders.vscode.dev/redirect',
    'https://vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418/',
  ],
  scope: 'mcp:tools:read mcp:tools:execute mcp:resources:read mcp:prompts:read',
  application_type: 'native',
});

const vsCode = { ...defaults, product: 'VS Code', state: vsCodeState } as const;

export const microsoftClients: readonly McpClient[] = [
  {
    ...vsCode,
    registration: document(documents.vsCode),
    redirectUri: 'http://127.0.0.1:33418/',
  },
  {
    ...vsCode,
    registration: document(documents.vsCode),
    redirectUri: 'http://127.0.0.1:59211/',
    note: '33418 is taken',
  },
  {
    ...vsCode,
    registration: document(documents.vsCode),
    redirectUri: 'https://vscode.dev/redirect',
    state: vsCodeWebState('vscode'),
  },
  { ...vsCode, registration: vsCodeDynamic, redirectUri: 'http://127.0.0.1:33418/' },
  {
    ...vsCode,
    registration: vsCodeDynamic,
    redirectUri: 'http://127.0.0.1:59211/',
    note: '33418 is taken',
  },
  {
    ...vsCode,
    registration: vsCodeDynamic,
    redirectUri: 'https://vscode.dev/redirect',
    state: vsCodeWebState('vscode'),
  },
  {
    ...vsCode,
    registration: preregistered({
      clientId: 'vscode',
      clientName: 'VS Code (asked for an id)',
      redirectUris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
    }),
    redirectUri: 'http://127.0.0.1:33418/',
  },
  {
    ...vsCode,
    product: 'VS Code Insiders',
    registration: vsCodeDynamic,
    redirectUri: 'https://insiders.vscode.dev/redirect',
    state: vsCodeWebState('vscode-insiders'),
  },
  {
    ...defaults,
    product: 'GitHub Copilot CLI',
    registration: document(documents.copilotCli),
    redirectUri: 'http://127.0.0.1:60005/',
    note: 'its document says 33418',
  },
];
