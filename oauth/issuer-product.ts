import type { ClaimProfileName } from './claim-profile.ts';

/** What an issuer URL of a product looks like, and where its keys are when nothing else is said. */
export interface IssuerProduct {
  /** What `iss` of its tokens looks like. */
  readonly form: RegExp;
  /** The same in words. */
  readonly hint: string;
  /** Undefined where the issuer URL does not tell. */
  jwksUri(issuer: string): string | undefined;
}

const directory = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const entraIssuer = new RegExp(`^(https?://[^/]+)/(${directory})/(v2\\.0)?$`);

const entraJwksUri = (issuer: string): string | undefined => {
  const [, origin, tenantId, isV2] = entraIssuer.exec(issuer) ?? [];
  if (isV2) return `${origin}/${tenantId}/discovery/v2.0/keys`;
  // v1 tokens name an issuer that publishes nothing; the keys are at the login host.
  if (origin !== 'https://sts.windows.net') return undefined;
  return `https://login.microsoftonline.com/${tenantId}/discovery/keys`;
};

const products: Readonly<Record<ClaimProfileName, IssuerProduct>> = {
  cognito: {
    form: /^.*[^/]$/,
    hint: 'without a trailing slash',
    jwksUri: (issuer) => `${issuer}/.well-known/jwks.json`,
  },
  entra: {
    form: entraIssuer,
    hint: 'https://login.microsoftonline.com/<directory id>/v2.0 or https://sts.windows.net/<directory id>/, never common or organizations',
    jwksUri: entraJwksUri,
  },
  auth0: {
    form: /\/$/,
    hint: 'with its trailing slash',
    jwksUri: (issuer) => `${issuer}.well-known/jwks.json`,
  },
  okta: {
    form: /\/oauth2\/[^/]+$/,
    hint: "a custom authorization server (…/oauth2/<id>): the org server's tokens cannot be checked",
    jwksUri: (issuer) => `${issuer}/v1/keys`,
  },
};

export const issuerProduct = (name: ClaimProfileName): IssuerProduct => products[name];
