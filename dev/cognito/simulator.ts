import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createApplication, type RecordedRequest } from './application.ts';
import { type CognitoFault, createFaultPlan } from './fault.ts';
import { listenOnLoopback } from './loopback-listener.ts';
import type { TokenUse } from './signing-keys.ts';
import { createSimulatedUserPool } from './simulated-user-pool.ts';
import type { PreTokenGeneration } from './token-issuer.ts';
import type { UserChange } from './user-directory.ts';
import { assertValidUserPool, type UserPoolDefinition } from './user-pool.ts';

/** A running stand-in for one Cognito user pool with its domain. Reachable from this machine only. */
export interface CognitoSimulator {
  /** `<domain>/<user pool id>`, the `iss` of every token. */
  readonly issuer: string;
  /** The origin that hosts `/oauth2/*` and `/login`. */
  readonly domain: string;
  readonly jwksUri: string;
  readonly userPoolId: string;
  /** New signing keys at once. The old public keys stay published until the next rotation unless withdrawn. */
  rotateSigningKeys(options?: { readonly withdraw?: boolean }): Promise<void>;
  /** Makes the next matching requests fail, for tests of what stands in front of Cognito. */
  misbehave(fault: CognitoFault): void;
  /**
   * Signs any claims with the pool's real key, for tests that need hostile tokens. `header` is merged
   * over `{kid, alg}` unchecked; the signature is RS256 whatever it says.
   */
  signAs(use: TokenUse, claims: object, header?: object): Promise<string>;
  /** What an administrator would do: takes effect at the next sign-in or refresh. */
  updateUser(username: string, change: UserChange): void;
  /** What arrived, in order. No queries, no bodies, no headers. */
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

export interface CognitoSimulatorOptions {
  /** @default - a free port */
  readonly port?: number;
  readonly userPool: UserPoolDefinition;
  /** The real trigger, called for every token that is issued, with a copy of a version 3 event. */
  readonly preTokenGeneration: PreTokenGeneration;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Prints user names and passwords on the login page. @default false */
  readonly showDemoUsers?: boolean;
  /** What a `resource` parameter does at the token endpoint, which Cognito does not document. @default 'rejected' */
  readonly resourceOnTokenRequests?: 'rejected' | 'ignored';
  /** Told what a trigger threw, of which clients only see `invalid_request`. @default console.error */
  readonly onFault?: (error: unknown) => void;
}

/**
 * Starts a simulator on `http://localhost:<port>`. Keys, subjects and sessions are new at every
 * start. Throws if Cognito would refuse the definition.
 *
 * Does not simulate: the AWS API, sign-up, MFA, passkeys, federation round trips, the implicit flow,
 * dynamic client registration, request quotas or lockout after failed sign-ins.
 *
 * @example
 * const cognito = await startCognitoSimulator({ userPool, preTokenGeneration: createPreTokenGeneration(config) });
 */
export const startCognitoSimulator = async (
  options: CognitoSimulatorOptions,
): Promise<CognitoSimulator> => {
  assertValidUserPool(options.userPool);
  const faults = createFaultPlan();
  const requests: RecordedRequest[] = [];

  // The port is part of the issuer, so it has to be known before there is anything to serve.
  let app: Hono | undefined;
  const serve = getRequestListener(
    (request) => app?.fetch(request) ?? new Response(null, { status: 503 }),
  );
  const listener = await listenOnLoopback((incoming, outgoing) => {
    void serve(incoming, outgoing);
  }, options.port);
  const pool = await createSimulatedUserPool({
    definition: options.userPool,
    domain: `http://localhost:${listener.port}`,
    now: options.now ?? Date.now,
    showDemoUsers: options.showDemoUsers ?? false,
    acceptsResourceOnTokenRequests: options.resourceOnTokenRequests === 'ignored',
    preTokenGeneration: options.preTokenGeneration,
  });
  app = createApplication(pool, {
    faults,
    record: (request) => requests.push(request),
    onFault: options.onFault ?? console.error,
  });

  return {
    issuer: pool.issuer,
    domain: pool.domain,
    jwksUri: `${pool.issuer}/.well-known/jwks.json`,
    userPoolId: options.userPool.id,
    rotateSigningKeys: pool.keys.rotate,
    misbehave: faults.add,
    signAs: async (use, claims, header) => pool.keys.sign(use, claims, header),
    updateUser: pool.users.update,
    requests,
    close: async () => {
      faults.release();
      await listener.close();
    },
  };
};
