import type { SecretValue } from 'aws-cdk-lib';
import {
  type IUserPool,
  OidcAttributeRequestMethod,
  ProviderAttribute,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { isTenantId } from '../../oauth/tenant.ts';

export interface IdentityProviderOptions {
  /** Name in the user pool, 3 to 32 characters, such as `EntraId`. */
  readonly name: string;
  /**
   * Tenant that all users of this identity provider belong to.
   *
   * @default - the provider says nothing about tenants
   */
  readonly tenant?: string;
}

export interface OidcIdentityProviderOptions extends IdentityProviderOptions {
  /**
   * As written in its discovery document. Entra ID:
   * `https://login.microsoftonline.com/<tenant id>/v2.0`, never `common`.
   */
  readonly issuerUrl: string;
  readonly clientId: string;
  /**
   * Resolved by CloudFormation, never in the template: `SecretValue.secretsManager('name')`, or
   * `secretValue` of a secret.
   */
  readonly clientSecret: SecretValue;
}

export interface SamlIdentityProviderOptions extends IdentityProviderOptions {
  /** Where the provider publishes its metadata. */
  readonly metadataUrl: string;
}

type CreateProvider = (scope: Construct, userPool: IUserPool) => Construct;

/** An organisation's own login, offered on the login page. */
export class IdentityProvider {
  /** OpenID Connect: Entra ID, Okta, Auth0, Google Workspace. */
  static oidc(options: OidcIdentityProviderOptions): IdentityProvider {
    const problems = issuerProblems(options.issuerUrl);
    return new IdentityProvider(options, problems, (scope, userPool) => {
      return new UserPoolIdentityProviderOidc(scope, 'Oidc', {
        userPool,
        name: options.name,
        issuerUrl: options.issuerUrl,
        clientId: options.clientId,
        clientSecret: options.clientSecret.unsafeUnwrap(),
        scopes: ['openid', 'email', 'profile'],
        attributeRequestMethod: OidcAttributeRequestMethod.GET,
        attributeMapping: { email: ProviderAttribute.other('email') },
      });
    });
  }

  static saml(options: SamlIdentityProviderOptions): IdentityProvider {
    return new IdentityProvider(options, [], (scope, userPool) => {
      return new UserPoolIdentityProviderSaml(scope, 'Saml', {
        userPool,
        name: options.name,
        metadata: UserPoolIdentityProviderSamlMetadata.url(options.metadataUrl),
        // Otherwise anybody who holds a SAML response could start a sign-in that nobody asked for.
        idpInitiated: false,
        attributeMapping: {
          email: ProviderAttribute.other(
            'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
          ),
        },
      });
    });
  }

  readonly name: string;
  readonly tenant?: string;
  readonly #ownProblems: readonly string[];
  readonly #create: CreateProvider;

  private constructor(
    { name, tenant }: IdentityProviderOptions,
    problems: readonly string[],
    create: CreateProvider,
  ) {
    this.name = name;
    this.tenant = tenant;
    this.#ownProblems = problems;
    this.#create = create;
  }

  /** What is wrong with it, in words; empty if all is well. */
  problems(): readonly string[] {
    const problems = [...this.#ownProblems];
    if (!/^[\w.-]{3,32}$/.test(this.name))
      problems.push(
        `'identityProviders' must have names of 3 to 32 letters, digits, '.', '_' and '-', got ${JSON.stringify(this.name)}`,
      );
    if (this.tenant !== undefined && !isTenantId(this.tenant))
      problems.push(
        `'identityProviders' must name a tenant id, got ${JSON.stringify(this.tenant)}`,
      );
    return problems;
  }

  /** Creates the provider in the pool; the app client must depend on what is returned. */
  bind(scope: Construct, userPool: IUserPool): Construct {
    return this.#create(new Construct(scope, this.name), userPool);
  }
}

const issuerProblems = (issuerUrl: string): readonly string[] => {
  const isUsable = URL.canParse(issuerUrl) && issuerUrl.startsWith('https://');
  if (!isUsable) return [`'identityProviders' must have an https issuer, got ${issuerUrl}`];
  const { hostname, pathname } = new URL(issuerUrl);
  // Tokens would name the user's own directory as issuer, and anybody can open a directory.
  const isAnyTenant = /^\/(common|organizations|consumers)\b/.test(pathname);
  return hostname === 'login.microsoftonline.com' && isAnyTenant
    ? [`'identityProviders' must name one Entra ID tenant as issuer, got ${issuerUrl}`]
    : [];
};
