import { type Authenticate, createAuthenticate } from '../server/authenticate.ts';
import { createSigningKeys } from '../server/signing-keys.ts';
import type { VerifiedTokens } from '../server/verified-tokens.ts';
import { serverConfig } from './servers/server-config.ts';
import { issuer, jwksUri, type Signer } from './tokens.ts';

/** Authentication alone, with the signer's keys at hand and a cache of one's own for each. */
export const authenticatorsOf = async (
  signer: Signer,
): Promise<(verifiedTokens: VerifiedTokens) => Authenticate> => {
  const keys = createSigningKeys([jwksUri], {
    fetchJwks: async () => new Response(signer.jwks),
    now: Date.now,
  });
  await keys.warm();
  keys.close();
  const policy = { ...serverConfig, maxLifetimeSeconds: 86_400 };
  const options = { tokenIssuers: [{ issuer, jwksUri }], policy, keys, now: Date.now };
  return (verifiedTokens) => createAuthenticate({ ...options, verifiedTokens }).authenticate;
};
