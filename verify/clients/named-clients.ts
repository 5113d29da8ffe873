/**
 * What each client that people use needs from a server, as checks. A client connects when every need
 * is met by one of its checks. From what their vendors publish and what their code does.
 */

export interface ClientNeed {
  /** One of these has to pass. */
  readonly anyOf: readonly string[];
  /** What happens otherwise. */
  readonly otherwise: string;
}

export interface NamedClient {
  readonly name: string;
  readonly needs: readonly ClientNeed[];
}

const need = (otherwise: string, ...anyOf: readonly string[]): ClientNeed => ({ anyOf, otherwise });

const challenged = need(
  'it never learns that it has to sign in',
  'an-unauthenticated-request-is-answered-with-401',
);
const metadata = need('it finds no authorization server', 'it-is-found-where-clients-look');
const codeListed = need('it refuses the metadata', 'the-code-response-type-is-listed');
const s256IfListed = need(
  'it refuses a server without S256',
  'listed-challenge-methods-include-s256',
  's256-is-advertised',
);
const s256 = need('it refuses a server that does not advertise S256', 's256-is-advertised');
const resource = need(
  'it refuses a resource that is not this one',
  'the-resource-covers-the-address',
);
const exactResource = need(
  'it compares the resource with what the user typed',
  'the-resource-is-the-address-of-the-server',
);
const exactIssuer = need(
  'it compares the issuer character for character',
  'the-issuer-is-exactly-the-expected-one',
);
const httpsEndpoints = need('it sends nothing over plain http', 'every-endpoint-is-https');
const signInPage = need('its sign-in is refused', 'an-honest-request-goes-on');
const registration = (...known: readonly string[]): ClientNeed =>
  need('it has no way to become a client', ...known, 'the-answer-says-what-was-registered');

const everyone = [challenged, metadata, codeListed, s256IfListed] as const;

const browserNeeds = [
  need('its page may not read the resource metadata', 'scripts-may-read-the-resource-metadata'),
  need('its page may not read the server metadata', 'scripts-may-read-the-server-metadata'),
  need('its page may not redeem a code', 'scripts-may-redeem-a-code'),
  need('its page may not ask the server', 'a-preflight-needs-no-token'),
] as const;

const loopback = need('its port is refused', 'a-loopback-redirect-may-use-any-port');

export const namedClients: readonly NamedClient[] = [
  {
    name: 'Claude (web, desktop, mobile)',
    needs: [
      ...everyone,
      s256,
      exactResource,
      need(
        'it has no way to become a client',
        'claude-is-known-by-its-document',
        'hosted-clients-may-register',
      ),
    ],
  },
  {
    name: 'Claude Code',
    needs: [...everyone, exactResource, registration('claude-code-is-known-by-its-document')],
  },
  {
    name: 'ChatGPT',
    needs: [
      ...everyone,
      exactIssuer,
      resource,
      need(
        'it has no way to become a client',
        'chatgpt-is-known-by-its-document',
        'hosted-clients-may-register',
      ),
    ],
  },
  {
    name: 'Codex CLI',
    needs: [...everyone, resource, registration('codex-is-known-by-its-document')],
  },
  {
    name: 'VS Code',
    needs: [
      ...everyone,
      resource,
      need(
        'it asks for a client id by hand',
        'vs-code-is-known-by-its-document',
        'vs-code-may-register-its-four-redirects',
      ),
    ],
  },
  {
    name: 'Copilot CLI',
    needs: [
      ...everyone,
      resource,
      need(
        'it has no way to become a client with the port it takes',
        'copilot-cli-may-use-another-port-than-it-declares',
      ),
    ],
  },
  {
    name: 'Cursor',
    needs: [
      ...everyone,
      resource,
      need('it shows no way to sign in', 'cursor-may-register-its-three-redirects'),
    ],
  },
  { name: 'MCP Inspector', needs: [...everyone, resource, registration(), ...browserNeeds] },
  { name: 'mcp-remote', needs: [...everyone, resource, registration(), signInPage] },
  { name: 'Gemini CLI, Antigravity', needs: [...everyone, resource, registration(), signInPage] },
  {
    name: 'Zed',
    needs: [
      ...everyone,
      resource,
      need('it has no way to become a client', 'zed-is-known-by-its-document'),
    ],
  },
  {
    name: 'OpenCode',
    needs: [...everyone, resource, registration('opencode-is-known-by-its-document'), loopback],
  },
  {
    name: 'any client on SDK v1, 1.19 or older',
    needs: [...everyone, s256, resource, registration(), signInPage],
  },
  {
    name: 'any client on SDK v1, 1.32',
    needs: [...everyone, resource, registration(), signInPage],
  },
  {
    name: 'any client on SDK v2',
    needs: [...everyone, exactIssuer, httpsEndpoints, resource, registration(), signInPage],
  },
];
