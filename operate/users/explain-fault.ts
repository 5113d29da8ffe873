import { printable } from '../problem.ts';

/** What AWS said, as a sentence that says what to do. */

export interface FaultContext {
  readonly user?: string;
  readonly userPoolId?: string;
  readonly region?: string;
  readonly stack?: string;
}

interface AwsFault {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly requestId?: string; readonly attempts?: number };
}

type Explain = (fault: AwsFault, context: FaultContext) => string;

/** AWS's own words, without the line breaks and escapes that a terminal would act on. */
const wordsOf = ({ message = '' }: AwsFault): string => printable(message, 300).replace(/\.$/, '');

const named = ({ user }: FaultContext): string => (user ? ` ${printable(user, 130)}` : '');

const noCredentials: Explain = (fault) =>
  /expired/i.test(fault.message ?? '')
    ? expired(fault, {})
    : 'there are no AWS credentials here. Sign in (aws sso login, aws login), or say which with --profile or AWS_PROFILE';

const expired: Explain = () =>
  'the session of your AWS credentials has expired. Sign in again, for instance with aws sso login';

const rejected: Explain = () =>
  'AWS does not accept these credentials. Look at AWS_PROFILE and the clock of this machine';

const denied: Explain = (fault) =>
  `your AWS credentials may not do this: ${wordsOf(fault) || 'access denied'}`;

const throttled: Explain = ({ $metadata }) =>
  `Cognito refused ${$metadata?.attempts ?? 'several'} times because of too many calls. Wait a minute and run the same again`;

const unreachable: Explain = (_, { region }) =>
  `AWS cannot be reached${region ? ` in ${region}` : ''}. Look at the network, the proxy and the region`;

const nothingThere: Explain = (fault, { userPoolId, region }) =>
  /group/i.test(fault.message ?? '')
    ? `Cognito says: ${wordsOf(fault)}`
    : `there is no user pool ${userPoolId ?? ''} in ${region ?? 'this region'} of the account that your credentials belong to`;

const quoted: Explain = (fault) => `Cognito says: ${wordsOf(fault)}`;

const explanations: Readonly<Record<string, Explain>> = {
  CredentialsProviderError: noCredentials,
  TokenProviderError: expired,
  ExpiredTokenException: expired,
  ExpiredToken: expired,
  RequestExpired: expired,
  UnrecognizedClientException: rejected,
  InvalidClientTokenId: rejected,
  InvalidSignatureException: rejected,
  SignatureDoesNotMatch: rejected,
  IncompleteSignature: rejected,
  AccessDeniedException: denied,
  AccessDenied: denied,
  NotAuthorizedException: denied,
  TooManyRequestsException: throttled,
  ThrottlingException: throttled,
  Throttling: throttled,
  LimitExceededException: throttled,
  UserNotFoundException: (_, context) => `there is no user${named(context)} in this user pool`,
  UsernameExistsException: (_, context) =>
    `the user${named(context)} exists already. Change tenant and groups with set-groups`,
  AliasExistsException: (_, context) => `the address of${named(context)} belongs to another user`,
  ResourceNotFoundException: nothingThere,
  InvalidParameterException: quoted,
  InvalidPasswordException: quoted,
  UnsupportedUserStateException: quoted,
  CodeDeliveryFailureException: (fault) =>
    `the invitation could not be sent: ${wordsOf(fault)}. Cognito's own mail allows 50 a day`,
  ValidationError: (fault, { stack }) =>
    /does not exist/.test(fault.message ?? '')
      ? `there is no stack ${printable(stack ?? '')} in this account and region`
      : wordsOf(fault),
  TimeoutError: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ETIMEDOUT: unreachable,
};

const explanationOf = ({ name = '', code = '', message = '' }: AwsFault): Explain | undefined => {
  for (const key of [name, code]) if (Object.hasOwn(explanations, key)) return explanations[key];
  return /region is missing/i.test(message)
    ? () => 'which region? Give --region, or set AWS_REGION'
    : undefined;
};

/**
 * One sentence without a full stop. Guarantees: no stack, no control character. What AWS says about
 * denied access names the caller, the action and the resource, and no secret.
 */
export const explainFault = (error: unknown, context: FaultContext): string => {
  const fault = (typeof error === 'object' && error !== null ? error : {}) as AwsFault;
  const explain = explanationOf(fault);
  if (explain) return explain(fault, context);
  const request = fault.$metadata?.requestId;
  return `AWS answered with ${printable(fault.name ?? 'an unknown fault', 60)}: ${wordsOf(fault)}${request ? ` (request ${printable(request, 60)})` : ''}`;
};
