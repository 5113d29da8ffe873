import { describe, expect, it } from 'vitest';
import {
  wellKnownClientIds,
  wellKnownDocument,
  wellKnownDocumentsAsOf,
} from '../../../lambda/authorization-server/clients/well-known-documents.ts';
import { parseMetadataDocument } from '../../../oauth/client-id-metadata-document.ts';
import { matchesRedirectUri, openRedirectPolicy } from '../../../oauth/redirect-uri.ts';

/** Written out a second time: a change of these is a change of who receives codes. */
const expected: readonly (readonly [
  clientId: string,
  name: string,
  redirectUris: readonly string[],
])[] = [
  [
    'https://claude.ai/oauth/mcp-oauth-client-metadata',
    'Claude',
    ['https://claude.ai/api/mcp/auth_callback'],
  ],
  [
    'https://claude.ai/oauth/claude-code-client-metadata',
    'Claude Code',
    ['http://localhost/callback', 'http://127.0.0.1/callback'],
  ],
  [
    'https://chatgpt.com/oauth/client.json',
    'ChatGPT',
    ['https://chatgpt.com/connector_platform_oauth_redirect'],
  ],
  [
    'https://chatgpt.com/oauth/codex/client.json',
    'Codex',
    ['http://127.0.0.1/callback', 'http://localhost/callback'],
  ],
  [
    'https://vscode.dev/oauth/client-metadata.json',
    'Visual Studio Code',
    ['http://127.0.0.1:33418/', 'https://vscode.dev/redirect'],
  ],
  [
    'https://github.com/copilot/cli/client-metadata.json',
    'GitHub Copilot CLI',
    ['http://127.0.0.1:33418/'],
  ],
  ['https://zed.dev/oauth/client-metadata.json', 'Zed', ['http://127.0.0.1/callback']],
  [
    'https://opencode.ai/oauth/opencode/client.json',
    'opencode',
    ['http://127.0.0.1/callback', 'http://localhost/callback'],
  ],
];

const metadataOf = (clientId: string) => {
  const result = parseMetadataDocument(clientId, wellKnownDocument(clientId), openRedirectPolicy);
  if (!result.ok) throw new Error(String(result.error.evidence?.cause));
  return result.value;
};

describe('the copies of well-known documents', () => {
  it.each(expected)('knows %s as %s, because its publisher may not answer', (id, name, uris) => {
    expect(metadataOf(id)).toMatchObject({
      clientName: name,
      redirectUris: uris,
      tokenEndpointAuthMethod: 'none',
      mayRefresh: true,
    });
  });

  it('knows no other client, and says how old the copies are', () => {
    expect(wellKnownClientIds).toEqual(expected.map(([clientId]) => clientId));
    expect(wellKnownDocumentsAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('gives every app of ChatGPT one exact redirect URI, because a pattern would serve all apps', () => {
    const ofApp = metadataOf('https://chatgpt.com/oauth/ijq0caHmR1iW/client.json');
    expect(ofApp.redirectUris).toEqual(['https://chatgpt.com/connector/oauth/ijq0caHmR1iW']);
    const ofOther = 'https://chatgpt.com/connector/oauth/anotherApp01';
    expect(matchesRedirectUri(ofOther, ofApp.redirectUris)).toBe(false);
  });

  it.each([
    'https://chatgpt.com/oauth/../client.json',
    'https://chatgpt.com/oauth/..%2f..%2fx/client.json',
    'https://chatgpt.com/oauth/abc%2fdefgh/client.json',
    'https://chatgpt.com/oauth/abcdef.g/client.json',
    'https://chatgpt.com/oauth/abcdef/g/client.json',
    'https://chatgpt.com/oauth/abc/client.json',
    `https://chatgpt.com/oauth/${'a'.repeat(65)}/client.json`,
    'https://chatgpt.com/oauth/abcdefgh/client.json\n',
    'https://chatgpt.com/oauth/abcdefgh/client.jsonx',
    'https://chatgpt.com.evil.example/oauth/abcdefgh/client.json',
    'https://chatgptXcom/oauth/abcdefgh/client.json',
    'https://evil.example/https://chatgpt.com/oauth/abcdefgh/client.json',
    'https://claude.ai/oauth/mcp-oauth-client-metadata/',
    'https://claude.ai/',
    '__proto__',
    'constructor',
    '',
  ])('does not know %j, because it only resembles a well-known client', (clientId) => {
    expect(wellKnownDocument(clientId)).toBeUndefined();
  });
});
