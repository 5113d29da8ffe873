import type { MetadataDocumentPolicy } from '../../oauth/client-id-metadata-document.ts';
import type { OAuthClient } from '../../oauth/oauth-client.ts';
import type { RedirectPolicy } from '../../oauth/redirect-uri.ts';
import type { SealingKey } from './seal.ts';

/** A scope as the consent page explains it. */
export interface ScopeDescription {
  readonly name: string;
  /** In plain words, from the user's side: "Read your notes". */
  readonly description: string;
  /** Whether it is asked for when a client does not say what it wants. */
  readonly isEveryday: boolean;
}

/** Cognito, as an ordinary OAuth client sees it. */
export interface UpstreamSettings {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A client that an operator has registered by hand. */
export interface PreregisteredClient extends OAuthClient {
  /** SHA-256 of the secret, base64url; absent for public clients. */
  readonly clientSecretHash?: string;
}

export interface Branding {
  readonly productName: string;
  /** CSS colour of buttons and links; the default meets WCAG AA on both themes. */
  readonly accentColor?: string;
  readonly logoUrl?: string;
  readonly supportUrl?: string;
}

/** Everything the authorization server needs to know. Parsed once, frozen, complete. */
export interface AuthorizationServerSettings {
  /** The public origin, no trailing slash. */
  readonly issuer: string;
  readonly resourceIdentifier: string;
  readonly scopes: readonly ScopeDescription[];
  readonly upstream: UpstreamSettings;
  readonly dynamicRegistration: {
    readonly isEnabled: boolean;
    readonly lifetimeSeconds: number;
    /** SHA-256 of the initial access token (RFC 7591 §3), base64url; absent: open registration. */
    readonly initialAccessTokenHash?: string;
  };
  readonly metadataDocuments: {
    readonly isEnabled: boolean;
    readonly policy: MetadataDocumentPolicy;
  };
  readonly redirectPolicy: RedirectPolicy;
  readonly preregisteredClients: readonly PreregisteredClient[];
  /** Ids of Cognito app clients that may use client_credentials. */
  readonly machineClients: readonly string[];
  /** How long a grant lives without being used. */
  readonly grantLifetimeSeconds: number;
  readonly sealingKeys: readonly SealingKey[];
  /** What the resource server shows to read the revocations. @default - nobody can read them */
  readonly revocationFeedKey?: string;
  readonly branding: Branding;
}

/** What a client gets that does not say what it wants; also what the metadata lists. */
export const everydayScopes = ({ scopes }: AuthorizationServerSettings): readonly string[] =>
  scopes.filter(({ isEveryday }) => isEveryday).map(({ name }) => name);
