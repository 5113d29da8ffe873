import { demand } from './demands.ts';

/** The client's side of the token and revocation endpoints. */

type Json = Readonly<Record<string, unknown>>;

export interface Client {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly authMethod: string;
  readonly mayRefresh: boolean;
}

/** JSON that no cache keeps (RFC 6749 §5.1). */
export const isUnstoredJson = ({ headers }: Response): boolean =>
  (headers.get('content-type') ?? '').startsWith('application/json') &&
  headers.get('cache-control') === 'no-store';

/** RFC 6749 §2.3.1: the client's credentials as the registered method sends them. */
const credentials = ({
  clientId,
  clientSecret,
  authMethod,
}: Client): Readonly<Record<'form' | 'headers', Record<string, string>>> => {
  if (authMethod === 'client_secret_basic') {
    const pair = [clientId, clientSecret ?? ''].map(encodeURIComponent).join(':');
    return { form: {}, headers: { authorization: `Basic ${btoa(pair)}` } };
  }
  const form: Record<string, string> = { client_id: clientId };
  if (authMethod === 'client_secret_post') form.client_secret = clientSecret ?? '';
  return { form, headers: {} };
};

export const postForm = (
  send: typeof fetch,
  endpoint: unknown,
  client: Client,
  form: Record<string, string>,
): Promise<Response> => {
  const { form: own, headers } = credentials(client);
  return send(String(endpoint), {
    method: 'POST',
    headers: { accept: 'application/json', ...headers },
    body: new URLSearchParams({ ...form, ...own }),
  });
};

export const readTokens = async (response: Response, client: Client): Promise<Json> => {
  const isAnswer = response.status === 200 && isUnstoredJson(response);
  const tokens = (await response.json()) as Json;
  const isComplete =
    typeof tokens.access_token === 'string' &&
    tokens.token_type === 'Bearer' &&
    Number.isInteger(tokens.expires_in) &&
    typeof tokens.scope === 'string';
  demand('token_response', isAnswer && isComplete, { status: response.status, tokens });
  demand(
    'refresh_token',
    (typeof tokens.refresh_token === 'string') === client.mayRefresh,
    Object.keys(tokens),
  );
  return tokens;
};
