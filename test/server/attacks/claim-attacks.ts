import { issuer, machineClient, resourceIdentifier } from '../../support/tokens.ts';
import {
  type Attack,
  claims,
  evilIssuer,
  now,
  rows,
  withClaims,
  withClaimsText,
} from './attack-row.ts';

export const issuers: readonly Attack[] = rows('issuer_mismatch', {
  'another issuer': withClaims({ iss: evilIssuer }),
  'our issuer with a trailing slash': withClaims({ iss: `${issuer}/` }),
  'our issuer in capitals': withClaims({ iss: issuer.toUpperCase() }),
  'our issuer as user information': withClaims({ iss: `${issuer}@evil.example.com` }),
  'our issuer as a prefix': withClaims({ iss: `${issuer}.evil.example.com` }),
  'our issuer with a NUL behind it': withClaims({ iss: `${issuer}\u0000` }),
  'our issuer with a dot segment': withClaims({ iss: issuer.replace('.com/', '.com/./') }),
  'our issuer in a list': withClaims({ iss: [issuer] }),
  'no issuer': withClaims({ iss: undefined }),
  'an issuer that is null': withClaims({ iss: null }),
});

export const times: readonly Attack[] = [
  ...rows('expired', {
    'expired this very second': withClaims({ exp: now }),
    'expired a millisecond ago': withClaims({ exp: now - 0.001 }),
    'expired at the epoch': withClaims({ exp: 0 }),
  }),
  ...rows('claim_malformed', {
    'exp as text': withClaims({ exp: String(now + 3600) }),
    'exp as a list': withClaims({ exp: [now + 3600] }),
    'exp as true': withClaims({ exp: true }),
    'exp null': withClaims({ exp: null }),
    'exp negative': withClaims({ exp: -1 }),
    'exp 1e999, which is infinity': withClaimsText((text) =>
      text.replace(/"exp":\d+/, '"exp":1e999'),
    ),
    'iat as text': withClaims({ iat: String(now) }),
    'iat negative': withClaims({ iat: -now }),
    'nbf as text': withClaims({ nbf: '0' }),
    'nbf as an object': withClaims({ nbf: {} }),
  }),
  ...rows('claim_missing', {
    'no exp': withClaims({ exp: undefined }),
    'no iat': withClaims({ iat: undefined }),
  }),
  ...rows('lifetime_too_long', {
    'a lifetime of a day and a second': withClaims({ iat: now - 60, exp: now - 60 + 86_401 }),
    'an expiry in 100 years': withClaims({ exp: now + 3_155_760_000 }),
    'an expiry of 2^53': withClaims({ exp: 2 ** 53 }),
    'milliseconds in place of seconds': withClaims({ exp: (now + 3600) * 1000 }),
  }),
  ...rows('not_yet_valid', { 'valid in 61 seconds': withClaims({ nbf: now + 61 }) }),
  ...rows('issued_in_future', { 'issued in 61 seconds': withClaims({ iat: now + 61 }) }),
];

export const who: readonly Attack[] = [
  ...rows(
    'claim_malformed',
    Object.fromEntries(
      ['sub', 'client_id', 'jti', 'scope'].flatMap((claim) =>
        [7, ['x'], { x: 1 }, true, null, '', 'a\u0000b'].map((value) => [
          `${claim} as ${JSON.stringify(value)}`,
          withClaims({ [claim]: value }),
        ]),
      ),
    ),
  ),
  ...rows('claim_malformed', {
    'tenant with a NUL': withClaims({ tenant_id: 'acme\u0000' }),
    'tenant as a list': withClaims({ tenant_id: ['acme', 'globex'] }),
    'an audience that is an object': withClaims({ aud: { [resourceIdentifier]: 1 } }),
    'groups as text': withClaims({ 'cognito:groups': 'admins' }),
    'a group that is an object': withClaims({ 'cognito:groups': [{}] }),
  }),
  ...rows('tenant_missing', { 'no tenant': withClaims({ tenant_id: undefined }) }),
  ...rows('token_use_wrong', {
    'an ID token': withClaims({ token_use: 'id' }),
    'a refresh token': withClaims({ token_use: 'refresh' }),
    'no token_use': withClaims({ token_use: undefined }),
    'token_use as a list': withClaims({ token_use: ['access'] }),
  }),
  ...rows('audience_mismatch', {
    'no audience': withClaims({ aud: undefined }),
    'another audience': withClaims({ aud: 'https://other.example.com/mcp' }),
    'our audience and another': withClaims({ aud: [resourceIdentifier, 'https://other.test'] }),
    'our audience with a trailing slash': withClaims({ aud: `${resourceIdentifier}/` }),
    'our audience with a query': withClaims({ aud: `${resourceIdentifier}?x` }),
    'our audience with a NUL': withClaims({ aud: `${resourceIdentifier}\u0000` }),
    'the client id as audience, as in an ID token': withClaims({ aud: claims.client_id }),
    'a wildcard': withClaims({ aud: '*' }),
    'mcp_resource on a user token': withClaims({
      aud: undefined,
      mcp_resource: resourceIdentifier,
    }),
  }),
  ...rows('client_not_allowed', {
    'a client nobody listed': withClaims({ client_id: 'stranger' }),
    'a machine client that speaks for a user': withClaims({ client_id: machineClient }),
  }),
  ...rows('scope_missing', {
    'only OpenID scopes': withClaims({ scope: 'openid profile email' }),
    'scopes of another resource': withClaims({ scope: 'https://other.test/mcp/mcp:tools:read' }),
    'scopes without their resource': withClaims({ scope: 'mcp:tools:read' }),
    'scopes parted by tabs': withClaims({ scope: `openid ${resourceIdentifier}/` }),
  }),
];
