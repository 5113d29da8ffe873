import { fromCognitoScopes } from '../../oauth/scope.ts';
import { type SecurityEvent, securityEvent } from '../../oauth/security-event.ts';
import { isTraceId } from '../../oauth/trace-context.ts';
import type { PreTokenGenerationConfig } from './config.ts';
import type { PreTokenGenerationEvent } from './event.ts';
import type { TokenDecision } from './token-decision.ts';

interface Outcome {
  readonly requested: readonly string[];
  readonly suppressed: readonly string[];
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly config: PreTokenGenerationConfig;
}

const unusual = 3;

/**
 * What the trigger decided about one token. Cognito tells it nothing of the request behind it: for
 * machine clients the broker sends its correlation id along as client metadata, which Cognito passes
 * on for client_credentials alone; the token of a user joins its login by subject and time.
 */
export const tokenEvent = (
  { triggerSource, callerContext, request }: PreTokenGenerationEvent,
  { claims, refusal }: TokenDecision,
  { requested, suppressed, time, config }: Outcome,
): SecurityEvent => {
  const claimed = request.clientMetadata?.correlationId;
  const correlationId = isTraceId(claimed) ? claimed : crypto.randomUUID().replaceAll('-', '');
  const short = (scopes: readonly string[]) => fromCognitoScopes(config.resourceIdentifier, scopes);
  const kept = requested.filter((scope) => !suppressed.includes(scope));
  return securityEvent(
    'token.scoped',
    { time, correlationId, component: 'pre-token-generation' },
    {
      mcpClient: { id: callerContext.clientId },
      subject: request.userAttributes.sub ?? callerContext.clientId,
      scopes: short(kept),
      ...(claims.tenant_id !== undefined && { tenant: claims.tenant_id }),
      ...(refusal !== undefined && { reason: refusal, severity: unusual }),
      evidence: { trigger: triggerSource, suppressed: short(suppressed) },
    },
  );
};
