/**
 * What makes clients turn away, with who is known to. Every walk makes all of these demands, whichever
 * client it plays: a server that satisfies the strictest of them satisfies the others.
 */

export const demands = {
  challenge: {
    says: 'the first answer is a 401 with one Bearer challenge that names `resource_metadata` and `scope`',
    madeBy: 'Claude (ignores a challenge on any other status), all SDKs',
  },
  metadata_places: {
    says: 'the resource metadata is the same document at the path form and at the root, without redirects',
    madeBy: 'clients that do not read the challenge: Inspector, VS Code, SDK fallback',
  },
  resource_exact: {
    says: '`resource` is the URL that the user typed, byte for byte',
    madeBy: 'SDK v1 and v2, Claude, Claude Code, VS Code',
  },
  one_authorization_server: {
    says: 'there is exactly one authorization server',
    madeBy: 'Claude (uses the first and does not fall back)',
  },
  issuer_exact: {
    says: '`issuer` equals the entry of the resource metadata, without a slash more or less',
    madeBy: 'SDK v2, ChatGPT, VS Code (wants it present)',
  },
  code_listed: {
    says: '`response_types_supported` lists `code`',
    madeBy: 'SDK v1 and v2',
  },
  s256_advertised: {
    says: '`code_challenge_methods_supported` lists `S256`',
    madeBy: 'SDK v1 up to 1.19, Claude, Zed',
  },
  none_listed: {
    says: '`token_endpoint_auth_methods_supported` lists `none`',
    madeBy: 'Claude (or it does not use its document), ChatGPT',
  },
  documents_advertised: {
    says: '`client_id_metadata_document_supported` is true',
    madeBy: 'every client with a metadata document',
  },
  iss_advertised: {
    says: '`authorization_response_iss_parameter_supported` is true',
    madeBy: 'ChatGPT (or its redirect URI differs from app to app)',
  },
  registration_advertised: {
    says: '`registration_endpoint` is there',
    madeBy: 'every client without a metadata document',
  },
  no_offline_access: {
    says: '`offline_access` is listed nowhere',
    madeBy: 'SDK v2 and Claude Code (would ask for it)',
  },
  endpoints_secure: {
    says: 'every endpoint is https, or http on loopback',
    madeBy: 'SDK v2',
  },
  registration_response: {
    says: 'a registration is a 201, not to be stored, with the registered redirect URIs and integer times',
    madeBy: 'RFC 7591 §3.2.1, clients with typed JSON parsers',
  },
  state_untouched: {
    says: '`state` comes back as it was sent',
    madeBy: 'all; VS Code sends base64 and URLs',
  },
  iss_exact: {
    says: '`iss` comes with the code, once, and equals the issuer',
    madeBy: 'SDK v2, ChatGPT, Codex',
  },
  token_response: {
    says: 'tokens are a 200 with JSON, not to be stored, with an integer `expires_in` and a `scope`',
    madeBy: 'all; Zed and Codex parse integers',
  },
  refresh_token: {
    says: 'a refresh token comes exactly when the client registered for the grant',
    madeBy: 'Claude, ChatGPT; Zed registers without it',
  },
  mcp_answer: {
    says: 'the token opens the MCP endpoint in the revisions that the client speaks',
    madeBy: 'all',
  },
  dead_grant: {
    says: 'a dead refresh token is a 400 `invalid_grant`',
    madeBy: 'Claude, SDK v1 and v2 (or they do not log in again)',
  },
  cors: {
    says: 'preflights pass without a token, and scripts may read the answers and the challenge',
    madeBy: 'Inspector and other clients in a browser',
  },
  fast: {
    says: 'discovery, registration and token requests take less than 10 s',
    madeBy: 'Claude',
  },
} as const satisfies Record<string, { readonly says: string; readonly madeBy: string }>;

export type Demand = keyof typeof demands;

/** A client turns away. What a person sees of it is usually "could not connect". */
export class ClientRefusal extends Error {
  static readonly code = 'ERR_CLIENT_REFUSAL';
  override readonly name = 'ClientRefusal';
  readonly demand: Demand;

  constructor(demand: Demand, detail: string) {
    super(`${demand}: ${demands[demand].says}; got ${detail}`);
    this.demand = demand;
  }
}

type DemandFunction = (demand: Demand, isMet: boolean, detail: unknown) => asserts isMet;

export const demand: DemandFunction = (name, isMet, detail) => {
  if (!isMet)
    throw new ClientRefusal(name, typeof detail === 'string' ? detail : JSON.stringify(detail));
};
