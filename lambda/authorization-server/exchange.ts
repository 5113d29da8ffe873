import type { DetailsOf, EventName, LogPrivacy, SecurityLog } from '../../oauth/security-event.ts';
import type { ClientRegistry } from './client-registry.ts';
import type { Cookies } from './cookies.ts';
import type { Revocations } from './revocations.ts';
import type { Seal } from './seal.ts';
import type { AuthorizationServerSettings } from './settings.ts';
import type { GrantStore } from './store/grant-store.ts';
import type { Upstream } from './upstream.ts';

/** What the endpoints work with. Replaced in local mode and tests: store, clock, upstream; never a rule. */
export interface AuthorizationServerParts {
  readonly settings: AuthorizationServerSettings;
  readonly store: GrantStore;
  readonly seal: Seal;
  readonly upstream: Upstream;
  readonly clients: ClientRegistry;
  readonly revocations: Revocations;
  readonly securityLog: SecurityLog;
  /** @default - identifiers are left out of the log */
  readonly privacy?: LogPrivacy;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 256 random bits, base64url. */
  readonly randomToken: () => string;
}

/** One request at the authorization server. */
export interface Exchange extends AuthorizationServerParts {
  readonly request: Request;
  readonly url: URL;
  readonly cookies: Cookies;
  /** Seconds since the epoch, the same for the whole exchange. */
  readonly seconds: number;
  readonly record: <N extends EventName>(name: N, details?: DetailsOf<N>) => void;
  /** The id of this request's events and of its answer. */
  readonly correlationId: () => string;
  /**
   * From here on this request's events carry the id of the login it is a step of. The id comes out
   * of a seal or the store, never from the caller: one id finds a login from the first page on.
   */
  readonly continueLogin: (correlationId: string | undefined) => void;
}

export type Endpoint = (exchange: Exchange) => Promise<Response>;

/** Puts an exception on the record. Its text may quote what a caller sent; only its class is kept. */
export const recordFault = (exchange: Exchange, fault: unknown): void =>
  exchange.record('fault.unexpected', {
    reason: 'fault',
    evidence: { class: fault instanceof Error ? fault.name : typeof fault },
  });
