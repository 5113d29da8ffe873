/**
 * The trigger's event, versions 2 and 3, as Cognito sends it: with `LambdaVersion: V3_0` user
 * sign-ins and client credentials both arrive, claim values may be any JSON, and the group
 * configuration of a machine client is null. `@types/aws-lambda` 8.10 knows none of the three.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */

export type TriggerSource =
  | 'TokenGeneration_HostedAuth'
  | 'TokenGeneration_Authentication'
  | 'TokenGeneration_NewPasswordChallenge'
  | 'TokenGeneration_ClientCredentials'
  | 'TokenGeneration_AuthenticateDevice'
  | 'TokenGeneration_RefreshTokens';

export interface GroupConfiguration {
  readonly groupsToOverride?: readonly string[];
  readonly iamRolesToOverride?: readonly string[];
  readonly preferredRole?: string | null;
}

export interface ClaimsOverride {
  readonly claimsToAddOrOverride?: Readonly<Record<string, unknown>>;
  readonly claimsToSuppress?: readonly string[];
}

export interface ClaimsAndScopeOverrideDetails {
  readonly idTokenGeneration?: ClaimsOverride;
  readonly accessTokenGeneration?: ClaimsOverride & {
    readonly scopesToAdd?: readonly string[];
    readonly scopesToSuppress?: readonly string[];
  };
  readonly groupOverrideDetails?: GroupConfiguration;
}

export interface PreTokenGenerationEvent {
  readonly version: string;
  readonly triggerSource: TriggerSource;
  readonly region: string;
  readonly userPoolId: string;
  /** `ClientCredentials` for a machine client. */
  readonly userName: string;
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
  readonly request: {
    readonly userAttributes: Readonly<Record<string, string>>;
    readonly scopes?: readonly string[];
    readonly groupConfiguration: GroupConfiguration | null;
    /** Written by the caller of the token endpoint. Never evidence of anything. */
    readonly clientMetadata?: Readonly<Record<string, string>>;
  };
  readonly response: {
    readonly claimsAndScopeOverrideDetails: ClaimsAndScopeOverrideDetails | null;
  };
}
