import type { Principal } from '../../oauth/principal.ts';

/** Somebody of `acme`, with whatever a test is about changed. */
export const aPrincipal = (changes: Partial<Principal> = {}): Principal => ({
  subject: 'ada',
  tenant: 'acme',
  clientId: 'client',
  isMachine: false,
  scopes: [],
  groups: [],
  issuer: 'https://issuer.example.com',
  tokenId: 'jti',
  issuedAt: 0,
  expiresAt: 1,
  ...changes,
});
