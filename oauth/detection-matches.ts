import { customerOf, siteOf } from './client-network.ts';
import type { DetectionId, DetectionKey } from './detection-rules.ts';
import type { Observation } from './observation.ts';

/** Which events each rule counts, under which key, and which of their values. The rules in code. */

/** Event → the reasons that count; `any` where every one does. */
type Counted = Readonly<Record<string, 'any' | readonly string[]>>;

export interface Matches {
  readonly kind: 'count' | 'distinct' | 'share' | 'burst';
  readonly counted: Counted;
  /** Events of the same key that weaken the suspicion. */
  readonly relieved?: string;
  /** Of a `distinct` rule: what must be different. */
  readonly value?: (observation: Observation) => string | undefined;
  /** Of the second line, when it counts in another way. */
  readonly second?: Pick<Matches, 'kind' | 'value'>;
}

/** Refusals that a client in order does not cause: not expiry, not a user who said no or went away. */
export const suspiciousRefusals = [
  'client_unknown',
  'client_authentication_failed',
  'client_not_allowed',
  'client_document_invalid',
  'client_blocked',
  'redirect_uri_missing',
  'redirect_uri_mismatch',
  'redirect_uri_host_refused',
  'redirect_uri_scheme_refused',
  'pkce_missing',
  'pkce_method_refused',
  'pkce_malformed',
  'pkce_mismatch',
  'resource_mismatch',
  'scope_not_granted',
  'consent_forged',
  'transaction_unknown',
  'code_unknown',
  'code_client_mismatch',
  'code_redirect_mismatch',
  'refresh_client_mismatch',
] as const;

const operationOf = ({ operation, target }: Observation): string | undefined =>
  target === undefined ? operation : `${operation} ${target}`;

/** Only what a process can compute; the rest of the table is queries and alarms. */
export const detectionMatches: Partial<Record<DetectionId, Matches>> = {
  invalid_token_burst: {
    kind: 'count',
    counted: { 'token.rejected': ['signature_invalid', 'malformed'] },
  },
  bad_token_hammered: { kind: 'count', counted: { 'token.rejected': 'any' } },
  token_from_many_networks: {
    kind: 'distinct',
    counted: { 'access.allowed': 'any' },
    value: ({ address }) => (address === undefined ? undefined : siteOf(address)),
  },
  audience_mismatch_burst: { kind: 'count', counted: { 'token.rejected': ['audience_mismatch'] } },
  cross_tenant_probe: {
    kind: 'count',
    counted: { 'tenant.denied': 'any' },
    second: { kind: 'distinct', value: ({ target, operation }) => target ?? operation },
  },
  scope_probing: {
    kind: 'distinct',
    counted: { 'scope.denied': ['scope_insufficient', 'group_missing', 'operation_unlisted'] },
    relieved: 'access.allowed',
    value: operationOf,
  },
  registration_flood: {
    kind: 'count',
    counted: { 'client.registered': 'any', 'client.rejected': 'any' },
  },
  refresh_token_reuse: {
    kind: 'count',
    counted: { 'token.refresh_reuse': 'any', 'token.code_reuse': 'any' },
  },
  algorithm_confusion: {
    kind: 'count',
    counted: {
      'token.rejected': [
        'alg_not_allowed',
        'header_not_allowed',
        'crit_unsupported',
        'encoding_noncanonical',
      ],
    },
  },
  unknown_key_ids: { kind: 'count', counted: { 'token.rejected': ['kid_unknown'] } },
  expired_token_storm: {
    kind: 'share',
    counted: { 'token.rejected': ['expired'] },
    relieved: 'access.allowed',
  },
  handle_hijack: { kind: 'count', counted: { 'session.hijack_suspected': 'any' } },
  principal_burst: { kind: 'burst', counted: { 'access.allowed': 'any' } },
  authorization_failures: {
    kind: 'count',
    counted: { 'authorization.failed': suspiciousRefusals, 'token.refused': suspiciousRefusals },
  },
  impossible_consent_rate: { kind: 'count', counted: { 'authorization.completed': 'any' } },
};

const addressOf = ({ address }: Observation): string | undefined =>
  address === undefined ? undefined : customerOf(address);

const both = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined ? undefined : `${one} ${other ?? ''}`;

/** What an event is counted under; `undefined` when it does not say. */
export const keyOf: Readonly<
  Record<DetectionKey, (observation: Observation) => string | undefined>
> = {
  address: addressOf,
  'credential and address': (observation) => both(observation.credential, addressOf(observation)),
  'access token': ({ accessToken }) => accessToken,
  client: ({ client }) => client,
  subject: ({ subject }) => subject,
  'subject and client': ({ subject, client }) => both(subject, client),
  handle: ({ handle, subject }) => handle ?? subject,
  grant: ({ grant, subject }) => grant ?? subject,
  task: () => 'fleet',
  fleet: () => 'fleet',
};
