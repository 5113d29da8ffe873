/**
 * Client metadata documents as their publishers served them, from public records of the given dates.
 * Members that a record leaves out are left out here, too. Data for tests: the copies that the broker
 * falls back to are a second, independent list (lambda/authorization-server/clients).
 */

export type ClientDocument = Readonly<Record<string, unknown>> & { readonly client_id: string };

/** The newest of the records below. */
export const documentsAsOf = '2026-09-24';

/** Redirect URI fetched 2026-09-24. The third grant type is for another server and must not hurt. */
export const claude: ClientDocument = {
  client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
  client_name: 'Claude',
  client_uri: 'https://claude.ai',
  redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
  grant_types: [
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** Fetched 2026-09-24. Redirect URIs without ports; the program listens on any. */
export const claudeCode: ClientDocument = {
  client_id: 'https://claude.ai/oauth/claude-code-client-metadata',
  client_name: 'Claude Code',
  client_uri: 'https://claude.ai',
  redirect_uris: ['http://localhost/callback', 'http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** Fetched 2026-09-08. Names a method that this server does not speak and lists one that it does. */
export const chatGpt: ClientDocument = {
  client_id: 'https://chatgpt.com/oauth/client.json',
  client_uri: 'https://chatgpt.com/',
  redirect_uris: ['https://chatgpt.com/connector_platform_oauth_redirect'],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  client_name: 'ChatGPT',
  logo_uri: 'https://persistent.oaistatic.com/sonic/misc/openai-logo.png',
  token_endpoint_auth_signing_alg: 'RS256',
  jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
};

/** What ChatGPT uses where `iss` is not advertised: one document for each app. */
export const chatGptApp: ClientDocument = {
  client_id: 'https://chatgpt.com/oauth/j0wKlDBsmsUM/client.json',
  redirect_uris: ['https://chatgpt.com/connector/oauth/j0wKlDBsmsUM'],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
  client_name: 'ChatGPT',
  jwks_uri: 'https://chatgpt.com/oauth/jwks.json',
};

/** Fetched 2026-09-24. */
export const codex: ClientDocument = {
  client_id: 'https://chatgpt.com/oauth/codex/client.json',
  client_name: 'Codex',
  redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
  token_endpoint_auth_method: 'none',
};

/** Fetched 2026-09-08. Declares one port and may use another. */
export const vsCode: ClientDocument = {
  client_name: 'Visual Studio Code',
  logo_uri: 'https://code.visualstudio.com/assets/branding/code-stable.png',
  grant_types: [
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  client_id: 'https://vscode.dev/oauth/client-metadata.json',
  client_uri: 'https://vscode.dev/product',
  redirect_uris: ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
};

/** Quoted 2026-09-18 in github/copilot-cli#4901. Declares one port and uses another. */
export const copilotCli: ClientDocument = {
  client_id: 'https://github.com/copilot/cli/client-metadata.json',
  client_name: 'GitHub Copilot CLI',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1:33418/'],
};

/** Fetched 2026-09-24. */
export const zed: ClientDocument = {
  client_id: 'https://zed.dev/oauth/client-metadata.json',
  client_name: 'Zed',
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
};

/** As the site's source writes it; redirect URIs fetched 2026-09-24. */
export const openCode: ClientDocument = {
  client_id: 'https://opencode.ai/oauth/opencode/client.json',
  client_name: 'opencode',
  client_uri: 'https://opencode.ai',
  logo_uri: 'https://opencode.ai/web-app-manifest-512x512.png',
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  token_endpoint_auth_methods_supported: ['none'],
};

/** MCP Inspector and mcp-remote publish none: whoever runs them may. Made up, as an operator would. */
export const operatorSupplied: ClientDocument = {
  client_id: 'https://tools.example.com/mcp/client.json',
  client_name: 'Example Corp. tools',
  redirect_uris: ['http://localhost/oauth/callback', 'http://127.0.0.1/oauth/callback'],
  token_endpoint_auth_method: 'none',
};

export const publishedDocuments: ReadonlyMap<string, ClientDocument> = new Map(
  [
    claude,
    claudeCode,
    chatGpt,
    chatGptApp,
    codex,
    vsCode,
    copilotCli,
    zed,
    openCode,
    operatorSupplied,
  ].map((document) => [document.client_id, document]),
);
