import type { EventDetails, EventName, SecurityLog } from '../../oauth/security-event.ts';
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
  readonly record: (name: EventName, details?: EventDetails) => void;
}

export type Endpoint = (exchange: Exchange) => Promise<Response>;

/** Puts an exception on the record. Its text may quote what a caller sent; only its class is kept. */
export const recordFault = (exchange: Exchange, fault: unknown): void =>
  exchange.record('fault.unexpected', {
    reason: 'fault',
    evidence: { class: fault instanceof Error ? fault.name : typeof fault },
  });
