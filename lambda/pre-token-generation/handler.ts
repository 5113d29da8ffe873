import { toCognitoScope } from '../../oauth/scope.ts';
import { scopesToSuppress } from '../../oauth/scope-grant.ts';
import type { SecurityLog } from '../../oauth/security-event.ts';
import { createFunctionLog, flushingAfter } from '../security-log.ts';
import { type PreTokenGenerationConfig, readConfig } from './config.ts';
import type { PreTokenGenerationEvent } from './event.ts';
import { decideToken } from './token-decision.ts';
import { tokenEvent } from './token-event.ts';

// Without a list of what was requested, everything that could have been is judged.
const configuredScopes = (config: PreTokenGenerationConfig): readonly string[] =>
  [
    config.defaultScopes,
    ...Object.values(config.groupScopes),
    ...Object.values(config.machineClients).map((client) => client.scopes),
  ]
    .flat()
    .map((name) => toCognitoScope(config.resourceIdentifier, name));

export interface PreTokenGenerationDependencies {
  /** Gets one event per token. @default - nothing is recorded */
  readonly securityLog?: SecurityLog;
  /** Milliseconds since the epoch. @default - the system clock */
  readonly now?: () => number;
}

/**
 * The trigger as a function of its event. Guarantees: `tenant_id` and `mcp_resource` come from
 * groups, identity provider or configuration alone; scopes of this resource that the user's groups
 * (or the machine client's entry) do not grant are suppressed; no scope is ever added. The event is
 * not modified.
 *
 * Does not check that the caller is Cognito: the function's resource policy does. Throws on a
 * version 1 event, whose answer could not touch the access token: no sign-in beats an unchecked one.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
export const createPreTokenGeneration =
  (
    config: PreTokenGenerationConfig,
    { securityLog, now = Date.now }: PreTokenGenerationDependencies = {},
  ) =>
  (event: PreTokenGenerationEvent): PreTokenGenerationEvent => {
    const startedAt = now();
    if (event.version !== '2' && event.version !== '3')
      throw new Error(`'LambdaVersion' must be V2_0 or V3_0, got event version ${event.version}`);
    const decision = decideToken(event, config);
    const { claims, granted } = decision;
    const requested = event.request.scopes ?? configuredScopes(config);
    const suppressed = scopesToSuppress(config.resourceIdentifier, requested, granted);
    const accessTokenGeneration = { claimsToAddOrOverride: claims, scopesToSuppress: suppressed };
    securityLog?.record(
      tokenEvent(event, decision, { requested, suppressed, time: startedAt, config }),
    );
    return { ...event, response: { claimsAndScopeOverrideDetails: { accessTokenGeneration } } };
  };

const eventLog = createFunctionLog('pre-token-generation');
let configured: ReturnType<typeof createPreTokenGeneration> | undefined;

/** The Lambda entry. Configured at the first event, so that importing this file does nothing. */
export const handler = (event: PreTokenGenerationEvent): Promise<PreTokenGenerationEvent> =>
  flushingAfter(eventLog, async () => {
    configured ??= createPreTokenGeneration(readConfig(), { securityLog: eventLog });
    return configured(event);
  });
