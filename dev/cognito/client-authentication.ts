import { timingSafeEqual } from 'node:crypto';
import { TokenError } from './token-error.ts';
import { findClient, type UserPoolClientDefinition, type UserPoolDefinition } from './user-pool.ts';

interface Credentials {
  readonly clientId: string;
  readonly clientSecret?: string;
}

const fromBasic = (header: string): Credentials => {
  const [scheme, encoded = ''] = header.split(' ');
  const [, clientId, clientSecret] =
    /^([^:]+):(.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  if (scheme?.toLowerCase() !== 'basic' || clientId === undefined)
    throw new TokenError('invalid_client');
  return { clientId, clientSecret };
};

const fromForm = (form: URLSearchParams): Credentials => {
  const clientId = form.get('client_id');
  if (!clientId) throw new TokenError('invalid_request');
  return { clientId, clientSecret: form.get('client_secret') ?? undefined };
};

const isSecret = (client: UserPoolClientDefinition, presented: string | undefined): boolean => {
  const expected = Buffer.from(client.clientSecret ?? '');
  const got = Buffer.from(presented ?? '');
  return expected.length === got.length && timingSafeEqual(expected, got);
};

/**
 * `client_secret_basic`, `client_secret_post`, or nothing for public clients. A public client that
 * presents a secret, and a form that names another client than the header, are refused. There is no
 * `private_key_jwt`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export const authenticateClient = (
  definition: UserPoolDefinition,
  authorization: string | undefined,
  form: URLSearchParams,
): UserPoolClientDefinition => {
  const credentials = authorization ? fromBasic(authorization) : fromForm(form);
  const client = findClient(definition, credentials.clientId);
  const named = form.get('client_id') ?? credentials.clientId;
  if (!client || named !== client.clientId || !isSecret(client, credentials.clientSecret))
    throw new TokenError('invalid_client');
  return client;
};
