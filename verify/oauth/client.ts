import { Unmet } from '../check.ts';
import type { Credentials } from '../credentials.ts';
import { type JsonObject, jsonOf, stringIn, stringsIn } from '../http/answer.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Parameters } from './authorization.ts';

/** An OAuth client, however the server came to know it. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** How the secret is sent. @default 'client_secret_post' */
  readonly authentication?: 'client_secret_basic' | 'client_secret_post';
  readonly redirectUri: string;
  /** What a page should call it. @default - nobody outside knows */
  readonly name?: string;
}

/** Nothing listens there: the browser of a verification stops before it would connect. */
export const loopbackRedirectUri = 'http://127.0.0.1:33419/callback';

export interface AuthenticatedForm {
  readonly form: Parameters;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 6749 §2.3.1: what a client adds to a request to prove who it is. */
export const authenticated = (client: Client, form: Parameters = {}): AuthenticatedForm => {
  const { clientId, clientSecret, authentication } = client;
  if (clientSecret === undefined || authentication !== 'client_secret_basic')
    return { form: { client_id: clientId, client_secret: clientSecret, ...form }, headers: {} };
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return {
    form,
    headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
  };
};

/** RFC 8414 §2: basic where nothing is listed. */
const authenticationAt = (serverMetadata: JsonObject): Client['authentication'] => {
  const methods = stringsIn(serverMetadata, 'token_endpoint_auth_methods_supported');
  const isBasic = methods.length === 0 || methods.includes('client_secret_basic');
  return isBasic ? 'client_secret_basic' : 'client_secret_post';
};

/** Whether a client id is the address of its own metadata document. */
export const isDocumentUrl = (clientId: string): boolean => clientId.startsWith('https://');

/** What the operator publishes about its client. @throws Unmet when it is of no use */
const publishedClient = async (http: HttpClient, clientId: string): Promise<Client> => {
  const answer = await http.send({ url: clientId, headers: { accept: 'application/json' } });
  const document = answer.status === 200 ? jsonOf(answer) : undefined;
  if (stringIn(document, 'client_id') !== clientId)
    throw new Unmet('the metadata document of the client does not name its own address');
  const [redirectUri] = stringsIn(document, 'redirect_uris');
  if (redirectUri === undefined)
    throw new Unmet('the metadata document of the client has no redirect URI');
  const name = stringIn(document, 'client_name');
  return { clientId, redirectUri, ...(name !== undefined && { name }) };
};

/** The client that the operator gave. Its document is read only for what was not said. */
export const givenClient = async (
  http: HttpClient,
  { clientId = '', clientSecret, redirectUri }: Credentials,
  metadata: () => Promise<JsonObject>,
): Promise<Client> => {
  if (isDocumentUrl(clientId) && redirectUri === undefined) return publishedClient(http, clientId);
  return {
    clientId,
    redirectUri: redirectUri ?? loopbackRedirectUri,
    ...(clientSecret !== undefined && {
      clientSecret,
      authentication: authenticationAt(await metadata()),
    }),
  };
};

/** Public clients that servers with metadata documents know. Nobody is signed in through them. */
const knownClients: readonly Client[] = [
  {
    clientId: 'https://claude.ai/oauth/claude-code-client-metadata',
    redirectUri: 'http://127.0.0.1:33419/callback',
  },
  {
    clientId: 'https://vscode.dev/oauth/client-metadata.json',
    redirectUri: 'http://127.0.0.1:33418/',
  },
];

/** One that is not `except`. @throws Unmet when the server takes no documents */
export const knownClient = (serverMetadata: JsonObject, except?: string): Client => {
  if (serverMetadata.client_id_metadata_document_supported !== true)
    throw new Unmet('clients cannot register themselves here, and none was given (--client-id)');
  return knownClients.find(({ clientId }) => clientId !== except) as Client;
};
