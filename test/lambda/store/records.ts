import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type {
  AuthorizationCodeRecord,
  GrantRecord,
} from '../../../lambda/authorization-server/store/grant-store.ts';

/** Every record has ids of its own, so that rows can share one table. */

export const now = 1_800_000_000;

export const aCode = (members: Partial<AuthorizationCodeRecord> = {}): AuthorizationCodeRecord => ({
  codeHash: randomUUID(),
  grantId: randomUUID(),
  clientId: 'https://client.example/metadata.json',
  redirectUri: 'https://client.example/callback',
  codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  subject: randomUUID(),
  scopes: ['mcp:tools:read', 'mcp:tools:execute'],
  sealedTokens: 'sealed.tokens',
  expiresAt: now + 60,
  purgeAt: now + 600,
  ...members,
});

export const aGrant = (members: Partial<GrantRecord> = {}): GrantRecord => ({
  grantId: randomUUID(),
  subject: randomUUID(),
  clientId: 'https://client.example/metadata.json',
  clientName: 'A client',
  redirectHost: 'client.example',
  scopes: ['mcp:tools:read'],
  sealedUpstreamRefreshToken: 'sealed.refresh-token',
  handleHash: 'hash-of-the-handle',
  sealedHandle: 'sealed.handle',
  rotatedAt: now,
  generation: 1,
  createdAt: now,
  expiresAt: now + 3600,
  ...members,
});

const optionalOfBoth = { username: 'ada', tenant: 'acme', originTokenId: 'origin-1' };
export const optionalOfCode = { ...optionalOfBoth, correlationId: 'login-1' };
export const optionalOfGrant = { ...optionalOfBoth, previousHandleHash: 'hash-of-the-one-before' };

/** Any text that UTF-8 can carry, from empty to long; control characters and emoji included. */
const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const anyCount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const anyScopes = fc.array(anyText, { maxLength: 20 });

/** Records with any content, ids and index keys excepted. */
export const anyCode: fc.Arbitrary<AuthorizationCodeRecord> = fc
  .record(
    {
      clientId: anyText,
      redirectUri: anyText,
      codeChallenge: anyText,
      username: anyText,
      tenant: anyText,
      originTokenId: anyText,
      correlationId: anyText,
      scopes: anyScopes,
      sealedTokens: anyText,
      expiresAt: anyCount,
    },
    {
      requiredKeys: [
        'clientId',
        'redirectUri',
        'codeChallenge',
        'scopes',
        'sealedTokens',
        'expiresAt',
      ],
    },
  )
  .map((members) => aCode(members));

export const anyGrant: fc.Arbitrary<GrantRecord> = fc
  .record(
    {
      clientId: anyText,
      clientName: anyText,
      username: anyText,
      tenant: anyText,
      originTokenId: anyText,
      previousHandleHash: anyText,
      scopes: anyScopes,
      sealedUpstreamRefreshToken: anyText,
      sealedHandle: anyText,
      handleHash: anyText,
      rotatedAt: anyCount,
      generation: anyCount,
      createdAt: anyCount,
    },
    {
      requiredKeys: [
        'clientId',
        'clientName',
        'scopes',
        'sealedUpstreamRefreshToken',
        'sealedHandle',
        'handleHash',
        'rotatedAt',
        'generation',
        'createdAt',
      ],
    },
  )
  .map((members) => aGrant(members));
