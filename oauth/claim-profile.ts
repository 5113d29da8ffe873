import type { Rejection } from './rejection.ts';
import { err, ok, type Result } from './result.ts';
import { fromCognitoScopes } from './scope.ts';
import {
  type Claims,
  isIdToken,
  isListOfText,
  isOneOf,
  isText,
  malformed,
  missing,
  optionalText,
  texts,
  withoutOidc,
} from './token-claims.ts';

/**
 * RFC 9068 wants every issuer to write access tokens alike; none of the four here does. A profile
 * says how one product spells the facts that {@link file://./access-token.ts} then judges alike.
 * Pure: the signature has been checked, and the issuer is one that the configuration gave this profile.
 */

export type ClaimProfileName = 'cognito' | 'entra' | 'auth0' | 'okta';

/** What a profile needs to know about this server. */
export interface ProfileSettings {
  readonly resourceIdentifier: string;
  /** Values of `aud` that mean this server. */
  readonly audience: readonly string[];
  readonly machineClients: readonly string[];
}

/** Who a token is about, in one spelling. */
export interface TokenIdentity {
  readonly subject: string;
  readonly clientId: string;
  readonly tokenId: string;
  readonly isMachine: boolean;
  /** Scopes as this issuer names them, those of other resources left out. */
  readonly scopes: readonly string[];
  readonly username?: string;
  readonly originTokenId?: string;
}

export interface ClaimProfile {
  /** Tells access tokens from ID tokens, which the same key may have signed. */
  readonly isAccessToken: (claims: Claims) => boolean;
  readonly identityOf: (
    claims: Claims,
    settings: ProfileSettings,
  ) => Result<TokenIdentity, Rejection>;
  readonly isForThisServer: (claims: Claims, settings: ProfileSettings) => boolean;
  /** Claims that list groups; all of them count. */
  readonly groupsClaims: readonly string[];
  /** Absent where no claim is known to be out of the users' reach. */
  readonly tenantClaim?: string;
}

const isCognitoMachine = ({ sub, client_id }: Claims, { machineClients }: ProfileSettings) =>
  sub === client_id && machineClients.includes(client_id as string);

/** Amazon Cognito, access tokens of version 2, users and client credentials. */
const cognito: ClaimProfile = {
  isAccessToken: (claims) => claims.token_use === 'access',
  identityOf: (claims, settings) => {
    const found = texts(claims, 'sub', 'client_id', 'jti', 'scope');
    if (!found.ok) return found;
    const { sub, client_id, jti, scope } = found.value;
    return ok({
      subject: sub,
      clientId: client_id,
      tokenId: jti,
      isMachine: isCognitoMachine(claims, settings),
      scopes: fromCognitoScopes(settings.resourceIdentifier, scope.split(' ')),
      username: optionalText(claims, 'username'),
      originTokenId: optionalText(claims, 'origin_jti'),
    });
  },
  // Cognito cannot bind client-credentials tokens to a resource; the trigger's claim stands in.
  isForThisServer: (claims, settings) =>
    isOneOf(claims.aud, settings.audience) ||
    (claims.aud === undefined &&
      isCognitoMachine(claims, settings) &&
      claims.mcp_resource === settings.resourceIdentifier),
  groupsClaims: ['cognito:groups'],
  tenantClaim: 'tenant_id',
};

/** `https://…/<tid>/v2.0` for v2 tokens, `https://…/<tid>/` for v1: the directory is part of the issuer. */
const entraIssuer = /^https:\/\/[^/]+\/([^/]+)\/(v2\.0)?$/;

const entraVersion = ({ iss, tid, ver }: Claims): Result<'azp' | 'appid', Rejection> => {
  const [, directory, suffix] = entraIssuer.exec(iss as string) ?? [];
  // One key set signs for every directory: a directory must not speak for another one.
  if (directory === undefined || tid !== directory)
    return err({ reason: 'issuer_mismatch', evidence: { claim: 'tid' } });
  if (ver !== (suffix ? '2.0' : '1.0')) return malformed('ver');
  return ok(suffix ? 'azp' : 'appid');
};

const isEntraApplication = ({ scp, idtyp, oid, sub }: Claims): boolean =>
  scp === undefined && (idtyp === 'app' || (idtyp === undefined && isText(oid) && oid === sub));

/** Microsoft Entra ID, v1 and v2 access tokens; which one it is, the API's registration decides. */
const entra: ClaimProfile = {
  isAccessToken: (claims) =>
    !isIdToken(claims) && (isText(claims.scp) || isEntraApplication(claims)),
  identityOf: (claims) => {
    const client = entraVersion(claims);
    if (!client.ok) return client;
    const found = texts(claims, 'sub', 'oid', client.value, 'uti');
    if (!found.ok) return found;
    const isMachine = isEntraApplication(claims);
    // `roles` of an application are its permissions; those of a person are groups.
    if (isMachine && !isListOfText(claims.roles ?? [])) return malformed('roles');
    const names = isMachine
      ? ((claims.roles ?? []) as string[])
      : (claims.scp as string).split(' ');
    return ok({
      // `sub` differs from application to application; `oid` is the person in the directory.
      subject: found.value.oid,
      clientId: found.value[client.value],
      tokenId: found.value.uti,
      isMachine,
      scopes: withoutOidc(names),
      username: optionalText(claims, 'preferred_username') ?? optionalText(claims, 'upn'),
    });
  },
  isForThisServer: ({ aud }, { audience }) => isOneOf(aud, audience),
  groupsClaims: ['groups', 'roles'],
  tenantClaim: 'tid',
};

const auth0Scopes = ({ scope = '', permissions }: Claims): Result<readonly string[], Rejection> => {
  if (typeof scope !== 'string') return malformed('scope');
  const names = withoutOidc(scope.split(' '));
  if (permissions === undefined) return ok(names);
  if (!isListOfText(permissions)) return malformed('permissions');
  // `scope` is what the client asked for, `permissions` all that the user may do: both must agree.
  return ok(names.filter((name) => permissions.includes(name)));
};

/** Auth0, with its own and with the RFC 9068 profile. */
const auth0: ClaimProfile = {
  isAccessToken: (claims) => !isIdToken(claims),
  identityOf: (claims) => {
    const { azp, client_id = azp, jti } = claims;
    if (azp !== undefined && azp !== client_id) return malformed('azp');
    const found = texts({ ...claims, client_id }, 'sub', 'client_id');
    if (!found.ok) return found;
    const scopes = auth0Scopes(claims);
    if (!scopes.ok) return scopes;
    const { sub, client_id: clientId } = found.value;
    return ok({
      subject: sub,
      clientId,
      // Auth0's own profile has no `jti`; its tokens of one user, client and second count as one.
      tokenId: isText(jti) ? jti : `${clientId}/${sub}/${claims.iat}`,
      isMachine: sub === `${clientId}@clients`,
      scopes: scopes.value,
    });
  },
  isForThisServer: ({ aud, iss }, { audience }) => {
    const audiences = Array.isArray(aud) ? aud : [aud];
    const others = audiences.filter((value) => !isOneOf(value, audience));
    // With `openid`, Auth0 adds its own user-info endpoint. A token for any third party is not ours.
    return others.length < audiences.length && others.every((value) => value === `${iss}userinfo`);
  },
  groupsClaims: [],
  tenantClaim: 'org_id',
};

/** Okta, custom authorization servers only: tokens of the org server are not meant to be checked. */
const okta: ClaimProfile = {
  isAccessToken: (claims) => !isIdToken(claims) && claims.scp !== undefined,
  identityOf: (claims) => {
    const isMachine = claims.uid === undefined && claims.sub === claims.cid;
    const found = texts(claims, 'sub', 'cid', 'jti');
    if (!found.ok) return found;
    const { sub, cid, jti } = found.value;
    if (!isMachine && !isText(claims.uid)) return missing('uid');
    if (!isListOfText(claims.scp)) return malformed('scp');
    const scopes = withoutOidc(claims.scp);
    const who = isMachine ? { subject: cid } : { subject: claims.uid as string, username: sub };
    return ok({ ...who, clientId: cid, tokenId: jti, isMachine, scopes });
  },
  isForThisServer: ({ aud }, { audience }) => isOneOf(aud, audience),
  groupsClaims: ['groups'],
};

const profiles: Readonly<Record<ClaimProfileName, ClaimProfile>> = { cognito, entra, auth0, okta };

/** How an issuer's product writes access tokens. */
export const claimProfile = (name: ClaimProfileName): ClaimProfile => profiles[name];

export const isClaimProfileName = (value: unknown): value is ClaimProfileName =>
  typeof value === 'string' && Object.hasOwn(profiles, value);
