import { issuerProduct } from '../../oauth/issuer-product.ts';
import type { TokenIssuerSettings } from './authorization-context.ts';

/** The entry of a user pool: the server knows all else about Cognito's tokens. */
export const cognitoIssuer = (issuer: string): TokenIssuerSettings => ({
  issuer,
  jwksUri: issuerProduct('cognito').jwksUri(issuer) as string,
  rules: {},
});
