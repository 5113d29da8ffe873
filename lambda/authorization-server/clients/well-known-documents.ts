/**
 * Copies of the metadata documents of the clients that most people use, for the day their publisher
 * does not answer: claude.ai answers some cloud addresses with a bot challenge (403). Data, taken
 * from what the vendors published as of the date below; a fetched document always wins.
 */

/** The newest public record of these documents: anything a vendor changed later is not in them. */
export const wellKnownDocumentsAsOf = '2026-09-24';

const published = (
  clientId: string,
  clientName: string,
  redirectUris: readonly string[],
): readonly [string, object] => [
  clientId,
  {
    client_id: clientId,
    client_name: clientName,
    client_uri: `${new URL(clientId).origin}/`,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
];

const documents: ReadonlyMap<string, object> = new Map([
  // Web, Desktop, mobile, Cowork.
  published('https://claude.ai/oauth/mcp-oauth-client-metadata', 'Claude', [
    'https://claude.ai/api/mcp/auth_callback',
  ]),
  published('https://claude.ai/oauth/claude-code-client-metadata', 'Claude Code', [
    'http://localhost/callback',
    'http://127.0.0.1/callback',
  ]),
  // Prefers private_key_jwt and lists `none` beside it; `none` is the one that this server speaks.
  published('https://chatgpt.com/oauth/client.json', 'ChatGPT', [
    'https://chatgpt.com/connector_platform_oauth_redirect',
  ]),
  published('https://chatgpt.com/oauth/codex/client.json', 'Codex', [
    'http://127.0.0.1/callback',
    'http://localhost/callback',
  ]),
  published('https://vscode.dev/oauth/client-metadata.json', 'Visual Studio Code', [
    'http://127.0.0.1:33418/',
    'https://vscode.dev/redirect',
  ]),
  published('https://github.com/copilot/cli/client-metadata.json', 'GitHub Copilot CLI', [
    'http://127.0.0.1:33418/',
  ]),
  published('https://zed.dev/oauth/client-metadata.json', 'Zed', ['http://127.0.0.1/callback']),
  published('https://opencode.ai/oauth/opencode/client.json', 'opencode', [
    'http://127.0.0.1/callback',
    'http://localhost/callback',
  ]),
]);

export const wellKnownClientIds = [...documents.keys()];

// One path segment of unreserved characters without dots: it is copied into the redirect URI, where
// `..`, `%2f` or `?` would name another endpoint of the host.
const chatGptApp = /^https:\/\/chatgpt\.com\/oauth\/([A-Za-z0-9_-]{6,64})\/client\.json$/;

/** ChatGPT gives every app a document of its own; its redirect URI repeats the id in its path. */
const chatGptAppDocument = (clientId: string): object | undefined => {
  const callbackId = chatGptApp.exec(clientId)?.[1];
  if (callbackId === undefined) return undefined;
  const redirectUri = `https://chatgpt.com/connector/oauth/${callbackId}`;
  return published(clientId, 'ChatGPT', [redirectUri])[1];
};

/**
 * The copy of a well-known client's document, with its one exact list of redirect URIs; undefined
 * for every other client.
 *
 * Does not know whether the vendor has changed the document since: only for when it cannot be read.
 */
export const wellKnownDocument = (clientId: string): object | undefined =>
  documents.get(clientId) ?? chatGptAppDocument(clientId);
