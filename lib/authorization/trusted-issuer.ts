import type { ClaimProfileName } from '../../oauth/claim-profile.ts';
import { issuerProduct } from '../../oauth/issuer-product.ts';
import { isTenantId } from '../../oauth/tenant.ts';
import type { TokenIssuerSettings } from './authorization-context.ts';

export interface TrustedIssuerOptions {
  /** `iss` of its access tokens, byte for byte. */
  readonly issuerUrl: string;
  /**
   * Client ids whose user tokens are accepted. Others of the same issuer are strangers.
   *
   * @default - no user can log in, only machine clients
   */
  readonly clients?: readonly string[];
  /**
   * Client ids whose own tokens are accepted.
   *
   * @default - none
   */
  readonly machineClients?: readonly string[];
  /**
   * Values of `aud` that mean this server. Needed for Entra ID: the application id of the API, or
   * its `api://` URI.
   *
   * @default - the MCP URL
   */
  readonly audience?: readonly string[];
  /**
   * Names of scopes at the issuer, and which scopes of this server each stands for.
   *
   * @default - the issuer uses the names of this server
   */
  readonly scopes?: { readonly [name: string]: readonly string[] };
  /**
   * Tenant that everybody of this issuer belongs to.
   *
   * @default - what the tokens say
   */
  readonly tenant?: string;
  /**
   * Claim with the tenant, which only administrators of the issuer can write.
   *
   * @default - `tid` of Entra ID, `org_id` of Auth0, `tenant_id` of Cognito, none of Okta
   */
  readonly tenantClaim?: string;
  /**
   * Claim with the groups.
   *
   * @default - that of the product
   */
  readonly groupsClaim?: string;
}

/** An authorization server of somebody else, whose access tokens are accepted. */
export class TrustedIssuer {
  /**
   * Microsoft Entra ID: `https://login.microsoftonline.com/<directory id>/v2.0`, or
   * `https://sts.windows.net/<directory id>/` for registrations that issue v1 tokens.
   */
  static entraId(options: TrustedIssuerOptions): TrustedIssuer {
    return new TrustedIssuer('entra', options);
  }

  /** Auth0: `https://<tenant>.auth0.com/`, with the slash. */
  static auth0(options: TrustedIssuerOptions): TrustedIssuer {
    return new TrustedIssuer('auth0', options);
  }

  /** Okta, custom authorization servers only: `https://<organisation>.okta.com/oauth2/<id>`. */
  static okta(options: TrustedIssuerOptions): TrustedIssuer {
    return new TrustedIssuer('okta', options);
  }

  /** Another user pool, whose tokens must be bound to this server as Cognito does it. */
  static cognito(options: TrustedIssuerOptions): TrustedIssuer {
    return new TrustedIssuer('cognito', options);
  }

  readonly issuerUrl: string;
  readonly #profile: ClaimProfileName;
  readonly #options: TrustedIssuerOptions;

  private constructor(profile: ClaimProfileName, options: TrustedIssuerOptions) {
    this.issuerUrl = options.issuerUrl;
    this.#profile = profile;
    this.#options = options;
  }

  /** For the server. */
  settings(): TokenIssuerSettings {
    const { issuerUrl: issuer, ...rules } = this.#options;
    return {
      issuer,
      jwksUri: issuerProduct(this.#profile).jwksUri(issuer) ?? '',
      rules: { profile: this.#profile, ...rules },
    };
  }

  /**
   * What is wrong with it, in words; empty if all is well.
   *
   * @param isTenantNeeded whether every token must say which tenant its user belongs to
   */
  problems(isTenantNeeded: boolean): readonly string[] {
    const { issuerUrl, clients = [], machineClients = [], audience, tenant } = this.#options;
    const problems = [...this.issuerProblems()];
    if (clients.length + machineClients.length === 0)
      problems.push(
        `'clients' or 'machineClients' must name a client id of ${issuerUrl}, got none`,
      );
    if (this.#profile === 'entra' && (audience ?? []).length === 0)
      problems.push(
        `'audience' must name the application id of the API at ${issuerUrl}, which Entra ID puts into tokens instead of the MCP URL, got none`,
      );
    if (tenant !== undefined && !isTenantId(tenant))
      problems.push(`'tenant' must be a tenant id, got ${JSON.stringify(tenant)}`);
    return isTenantNeeded ? [...problems, ...this.tenantProblems()] : problems;
  }

  private issuerProblems(): readonly string[] {
    const { issuerUrl } = this;
    if (!URL.canParse(issuerUrl) || !issuerUrl.startsWith('https://'))
      return [`'issuerUrl' must be an https URL, got ${issuerUrl}`];
    const { form, hint } = issuerProduct(this.#profile);
    return form.test(issuerUrl)
      ? []
      : [`'issuerUrl' must be an issuer of ${this.#profile} (${hint}), got ${issuerUrl}`];
  }

  private tenantProblems(): readonly string[] {
    const { tenant, tenantClaim, issuerUrl } = this.#options;
    return this.#profile === 'okta' && tenant === undefined && tenantClaim === undefined
      ? [
          `'tenant' or 'tenantClaim' must be given for ${issuerUrl} when tenancy is required, because Okta's tokens name no tenant, got neither`,
        ]
      : [];
  }
}
