import type {
  ClaimsAndScopeOverrideDetails,
  PreTokenGenerationEvent,
  TriggerSource,
} from '../../lambda/pre-token-generation/event.ts';
import type { TokenFamily } from './refresh-tokens.ts';
import type { SigningKeys } from './signing-keys.ts';
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from './token-claims.ts';
import { applyToAccessToken, applyToIdToken } from './trigger-response.ts';
import { type SimulatedUser, userAttributesOf } from './user-directory.ts';
import type { UserPoolClientDefinition, UserPoolDefinition } from './user-pool.ts';

export type PreTokenGeneration = (
  event: PreTokenGenerationEvent,
) => PreTokenGenerationEvent | Promise<PreTokenGenerationEvent>;

export interface IssuedTokens {
  readonly accessToken: string;
  /** Only if `openid` was requested. */
  readonly idToken?: string;
}

/** Signs tokens, after asking the pre token generation trigger every single time. */
export interface TokenIssuer {
  forUser(request: {
    readonly client: UserPoolClientDefinition;
    readonly user: SimulatedUser;
    readonly family: TokenFamily;
    readonly triggerSource: TriggerSource;
  }): Promise<IssuedTokens>;
  forMachine(request: {
    readonly client: UserPoolClientDefinition;
    readonly scopes: readonly string[];
    readonly clientMetadata?: Readonly<Record<string, string>>;
  }): Promise<IssuedTokens>;
}

interface IssuerContext {
  readonly definition: UserPoolDefinition;
  readonly issuer: string;
  readonly keys: SigningKeys;
  readonly preTokenGeneration: PreTokenGeneration;
  readonly now: () => number;
}

type TriggerInput = Pick<PreTokenGenerationEvent, 'triggerSource' | 'userName' | 'request'> & {
  readonly clientId: string;
};

/** Calls the trigger the way Lambda does: JSON in, JSON out, nothing shared. */
const askTrigger = async (
  context: IssuerContext,
  { clientId, ...input }: TriggerInput,
): Promise<ClaimsAndScopeOverrideDetails> => {
  const event: PreTokenGenerationEvent = {
    version: '3',
    region: context.definition.region,
    userPoolId: context.definition.id,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId },
    response: { claimsAndScopeOverrideDetails: null },
    ...input,
  };
  const answer = await context.preTokenGeneration(JSON.parse(JSON.stringify(event)));
  const { response } = JSON.parse(JSON.stringify(answer)) as PreTokenGenerationEvent;
  return response.claimsAndScopeOverrideDetails ?? {};
};

const issueForUser = async (
  context: IssuerContext,
  request: Parameters<TokenIssuer['forUser']>[0],
): Promise<IssuedTokens> => {
  const { client, user, family, triggerSource } = request;
  const { scopes } = family.grant;
  const details = await askTrigger(context, {
    triggerSource,
    userName: user.username,
    clientId: client.clientId,
    // Neither `resource` nor any client metadata reaches the trigger in user flows (token-endpoint).
    request: {
      userAttributes: userAttributesOf(user),
      scopes,
      groupConfiguration: {
        groupsToOverride: user.groups,
        iamRolesToOverride: [],
        preferredRole: null,
      },
    },
  });
  const issuedAt = Math.floor(context.now() / 1000);
  const subject = { issuer: context.issuer, client, user, family, issuedAt };
  const { keys } = context;
  const accessToken = keys.sign('access', applyToAccessToken(accessTokenClaims(subject), details));
  if (!scopes.includes('openid')) return { accessToken };
  const idToken = keys.sign('id', applyToIdToken(idTokenClaims(subject, accessToken), details));
  return { accessToken, idToken };
};

const issueForMachine = async (
  context: IssuerContext,
  { client, scopes, clientMetadata }: Parameters<TokenIssuer['forMachine']>[0],
): Promise<IssuedTokens> => {
  const details = await askTrigger(context, {
    triggerSource: 'TokenGeneration_ClientCredentials',
    userName: 'ClientCredentials',
    clientId: client.clientId,
    request: {
      userAttributes: {},
      scopes,
      groupConfiguration: null,
      ...(clientMetadata && { clientMetadata }),
    },
  });
  const issuedAt = Math.floor(context.now() / 1000);
  const claims = machineTokenClaims({ issuer: context.issuer, client, scopes, issuedAt });
  return { accessToken: context.keys.sign('access', applyToAccessToken(claims, details)) };
};

export const createTokenIssuer = (context: IssuerContext): TokenIssuer => ({
  forUser: (request) => issueForUser(context, request),
  forMachine: (request) => issueForMachine(context, request),
});
