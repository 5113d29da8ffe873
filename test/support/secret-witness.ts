import { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into a process before everything else (`node --import`). Writes down every secret that the
 * process makes or exchanges with Cognito, so that its output can be searched for them afterwards.
 */

export interface WitnessedSecret {
  readonly kind: string;
  readonly value: string;
  /** Standard base64 of random bytes: the form in which key ids are published. */
  readonly base64?: string;
}

const file = process.env.SECRET_WITNESS_FILE;

const note = (secret: WitnessedSecret): void => {
  if (file) appendFileSync(file, `${JSON.stringify(secret)}\n`);
};

const witnessRandomBytes = (): void => {
  const crypto = createRequire(import.meta.url)('node:crypto') as typeof import('node:crypto');
  const { randomBytes } = crypto;
  const witnessed = (size: number): Buffer => {
    const bytes = randomBytes(size);
    const base64 = bytes.toString('base64');
    const kind = `${size} random bytes`;
    note({ kind, value: bytes.toString('base64url'), base64 });
    note({ kind: `${kind}, hex`, value: bytes.toString('hex'), base64 });
    return bytes;
  };
  Object.assign(crypto, { randomBytes: witnessed });
  syncBuiltinESMExports();
};

const secretFields = ['code', 'code_verifier', 'refresh_token', 'client_secret', 'token'];
const tokenFields = ['access_token', 'id_token', 'refresh_token'];

const witnessFetch = (): void => {
  const { fetch: originalFetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const isToCognito = new URL(request.url).pathname.startsWith('/oauth2/');
    if (isToCognito) {
      const form = new URLSearchParams(await request.clone().text());
      for (const name of secretFields)
        for (const value of form.getAll(name)) note({ kind: `${name} to Cognito`, value });
      const [, credentials = ''] = (request.headers.get('authorization') ?? '').split(' ');
      if (credentials) note({ kind: 'Basic credentials to Cognito', value: credentials });
    }
    const response = await originalFetch(request);
    if (isToCognito && response.headers.get('content-type')?.includes('json')) {
      const body = (await response.clone().json()) as Record<string, string>;
      for (const name of tokenFields)
        if (body[name]) note({ kind: `${name} from Cognito`, value: body[name] });
    }
    return response;
  };
};

if (file) {
  witnessRandomBytes();
  witnessFetch();
}
