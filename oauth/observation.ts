import type { SecurityEvent } from './security-event.ts';

/** What the detections need of an event. Every value is as the log shows it, pseudonyms included. */
export interface Observation {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly event: string;
  readonly reason?: string;
  readonly correlationId: string;
  readonly address?: string;
  readonly subject?: string;
  readonly client?: string;
  readonly tenant?: string;
  /** Of an accepted access token. */
  readonly accessToken?: string;
  /** Of a refused one. */
  readonly credential?: string;
  readonly handle?: string;
  readonly grant?: string;
  readonly operation?: string;
  readonly target?: string;
  /** Of a change of keys: whether tokens of a withdrawn one will come for a while. */
  readonly isKeyWithdrawn?: boolean;
}

interface EventFields {
  readonly time: number;
  readonly status_code?: string;
  readonly metadata: {
    readonly event_code: string;
    readonly correlation_uid: string;
    readonly tenant_uid?: string;
  };
  readonly src_endpoint?: { readonly ip?: string };
  readonly user?: { readonly uid?: string };
  readonly actor?: {
    readonly app_uid?: string;
    readonly user?: { readonly uid?: string };
    readonly session?: { readonly uid?: string };
  };
  readonly session?: { readonly uid?: string };
  readonly api?: { readonly operation?: string; readonly request?: { readonly uid?: string } };
  readonly resources?: readonly { readonly name?: string }[];
  readonly unmapped?: {
    readonly grant_uid?: string;
    readonly evidence?: Readonly<Record<string, unknown>>;
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** `anonymous` and `unknown` stand where OCSF demands a value and there is none. */
const known = (value: string | undefined): string | undefined =>
  value === 'anonymous' || value === 'unknown' ? undefined : value;

/**
 * Reads an event that {@link securityEvent} has built. A refused access token names its bearer in
 * its evidence, and only when its signature was genuine.
 */
export const observationOf = (event: SecurityEvent): Observation => {
  const { metadata, actor, api, unmapped, ...fields } = event as unknown as EventFields;
  const evidence = unmapped?.evidence;
  return {
    time: fields.time,
    event: metadata.event_code,
    reason: fields.status_code,
    correlationId: metadata.correlation_uid,
    address: known(fields.src_endpoint?.ip),
    subject: known(fields.user?.uid) ?? known(actor?.user?.uid) ?? textOf(evidence?.subject),
    client: actor?.app_uid ?? textOf(evidence?.client),
    tenant: metadata.tenant_uid,
    accessToken: actor?.session?.uid ?? fields.session?.uid,
    credential: textOf(evidence?.credential),
    handle: textOf(evidence?.handle),
    grant: unmapped?.grant_uid,
    operation: api?.operation,
    isKeyWithdrawn: Array.isArray(evidence?.withdrawn) && evidence.withdrawn.length > 0,
    target: fields.resources?.[0]?.name ?? api?.request?.uid,
  };
};
