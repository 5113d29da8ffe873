/**
 * Every detection there is, as data: what is counted under which key, how much is too much, and
 * where it is counted. Alarms, queries and runbooks are built from this table; `detection.ts` runs
 * the rules of `process` and `broker`. Ids are stable: they are event codes (`detection.<id>`).
 *
 * Thresholds are starting values (Auth0, Okta, WAF, reasoning), not measurements of real traffic;
 * all of them are configuration.
 */

/**
 * Where a rule is computed. `process`: in each task of the resource server, for its own share of the
 * traffic; with a shared store, D1, D2, D4 and D10 over all tasks. `broker`: in one execution environment of the authorization server, whose
 * memory ends with it. `waf`: at the edge. `metric`: a CloudWatch alarm. `query`: a scheduled Logs
 * Insights query.
 */
export type DetectionPlace = 'process' | 'broker' | 'waf' | 'metric' | 'query';

/** What events are grouped by. `address` is an IPv4 address or an IPv6 /64. */
export type DetectionKey =
  | 'address'
  | 'credential and address'
  | 'access token'
  | 'client'
  | 'subject'
  | 'subject and client'
  | 'handle'
  | 'grant'
  | 'task'
  | 'fleet';

/**
 * What the operator function does when a detection is set to `respond`: only to a subject that an
 * access token or a grant vouches for. Blocking a client is left to people: anybody can send
 * requests in the name of a public client, and would have it blocked for everyone.
 */
export type DetectionResponse = 'revoke-grants';

export interface DetectionLimit {
  readonly key: DetectionKey;
  /** This many in the window are a finding. */
  readonly threshold: number;
  readonly windowSeconds: number;
  /** OCSF severity_id. */
  readonly severity: 2 | 3 | 4 | 5;
}

export interface DetectionRule extends DetectionLimit {
  /** As in the threat model and in the runbooks. */
  readonly number: `D${number}`;
  readonly title: string;
  /** What is counted. */
  readonly counts: string;
  /** A second line: another key, or the point where it gets worse. */
  readonly second?: DetectionLimit;
  /** A share of all calls (D11, D16) or a multiple of the mean (D13), needed on top of the threshold. */
  readonly ratio?: number;
  readonly computedIn: DetectionPlace;
  readonly alsoIn?: readonly DetectionPlace[];
  /** Why there, and what that place does not see. */
  readonly why: string;
  /** What can be done about it without a person. Absent: nothing that would not hurt others. */
  readonly response?: DetectionResponse;
  /** Below docs/runbooks/. */
  readonly runbook: string;
}

export const detectionRules = {
  invalid_token_burst: {
    number: 'D1',
    title: 'Access tokens are being guessed',
    counts: 'access tokens that are malformed or have a wrong signature',
    key: 'address',
    threshold: 20,
    windowSeconds: 60,
    severity: 3,
    computedIn: 'process',
    alsoIn: ['metric'],
    why: 'The edge cannot see why a token failed. A task sees its own share of the traffic; with a shared store, all of it. An alarm counts the fleet, but not per address.',
    runbook: 'invalid-token-burst.md',
  },
  bad_token_hammered: {
    number: 'D2',
    title: 'One refused access token is sent over and over',
    counts: 'refusals of the same access token',
    key: 'credential and address',
    threshold: 50,
    windowSeconds: 60,
    severity: 2,
    computedIn: 'process',
    why: 'Only the process sees the token. Its keyed hash is the same in every task; with a shared store they count together.',
    runbook: 'bad-token-hammered.md',
  },
  token_from_many_networks: {
    number: 'D3',
    title: 'One access token is used from many networks',
    counts: 'distinct networks (/24, /48) that one access token was accepted from',
    key: 'access token',
    threshold: 4,
    windowSeconds: 600,
    severity: 4,
    computedIn: 'query',
    alsoIn: ['process'],
    why: 'A thief and the owner may reach different tasks: only the merged log sees both. A task that sees both itself says so sooner.',
    response: 'revoke-grants',
    runbook: 'token-from-many-networks.md',
  },
  audience_mismatch_burst: {
    number: 'D4',
    title: 'Access tokens of another resource are sent here',
    counts: 'genuine access tokens whose audience is another resource',
    key: 'client',
    threshold: 5,
    windowSeconds: 300,
    severity: 4,
    computedIn: 'process',
    why: 'Token passthrough, or a client that left out `resource`. A few are enough, so a share of the traffic does not hide it for long; with a shared store, tasks count together.',
    runbook: 'audience-mismatch-burst.md',
  },
  cross_tenant_probe: {
    number: 'D5',
    title: 'Somebody reaches for another tenant',
    counts: 'refusals because what was asked for belongs to another tenant',
    key: 'subject',
    threshold: 1,
    windowSeconds: 600,
    severity: 4,
    second: { key: 'subject', threshold: 3, windowSeconds: 600, severity: 5 },
    computedIn: 'process',
    alsoIn: ['metric'],
    why: 'One is enough, and every task sees its own. The second line counts distinct targets.',
    response: 'revoke-grants',
    runbook: 'cross-tenant-probe.md',
  },
  scope_probing: {
    number: 'D6',
    title: 'Somebody tries tools that were not granted',
    counts: 'distinct operations refused for their scope and not allowed since',
    key: 'subject and client',
    threshold: 5,
    windowSeconds: 300,
    severity: 3,
    computedIn: 'process',
    why: 'Needs to know that a step-up succeeded afterwards, which a count of refusals cannot.',
    response: 'revoke-grants',
    runbook: 'scope-probing.md',
  },
  registration_flood: {
    number: 'D7',
    title: 'Clients are registered in bulk',
    counts: 'client registrations, accepted or not',
    key: 'address',
    threshold: 10,
    windowSeconds: 300,
    severity: 3,
    second: { key: 'fleet', threshold: 100, windowSeconds: 3600, severity: 3 },
    computedIn: 'metric',
    alsoIn: ['waf', 'broker'],
    why: 'Registration writes nothing and must not begin to, so no table can count it. The edge limits per address, an alarm counts the fleet; one execution environment counts what it happens to see.',
    runbook: 'registration-flood.md',
  },
  refresh_token_reuse: {
    number: 'D8',
    title: 'A used refresh token or code came back: two parties hold it',
    counts: 'refresh tokens and authorization codes that were used before',
    key: 'grant',
    threshold: 1,
    windowSeconds: 3600,
    severity: 5,
    computedIn: 'broker',
    alsoIn: ['metric'],
    why: 'The grant table knows every use, whichever environment asks it. Reuse at Cognito itself is in CloudTrail only.',
    response: 'revoke-grants',
    runbook: 'refresh-token-reuse.md',
  },
  algorithm_confusion: {
    number: 'D9',
    title: 'Access tokens are crafted against the verifier',
    counts: 'access tokens with a forbidden algorithm, header or encoding',
    key: 'address',
    threshold: 1,
    windowSeconds: 600,
    severity: 4,
    computedIn: 'process',
    alsoIn: ['metric'],
    why: 'Nobody honest sends one, so one is enough and every task sees its own.',
    runbook: 'algorithm-confusion.md',
  },
  unknown_key_ids: {
    number: 'D10',
    title: 'Key ids are made up',
    counts:
      'access tokens with an unknown key id, but not within five minutes of a key change, or an hour where one was withdrawn',
    key: 'address',
    threshold: 5,
    windowSeconds: 60,
    severity: 3,
    second: { key: 'fleet', threshold: 50, windowSeconds: 60, severity: 3 },
    computedIn: 'process',
    why: 'Needs to know when the keys changed. A task sees its own share; with a shared store, all of the traffic.',
    runbook: 'unknown-key-ids.md',
  },
  expired_token_storm: {
    number: 'D11',
    title: 'A broken client does not refresh its access token',
    counts: 'expired access tokens, as long as they are nearly all that is sent',
    key: 'subject and client',
    threshold: 100,
    windowSeconds: 60,
    severity: 2,
    ratio: 0.9,
    computedIn: 'process',
    why: 'Needs the share of good calls of the same caller. Not an attack: a title and a runbook of its own.',
    runbook: 'expired-token-storm.md',
  },
  handle_hijack: {
    number: 'D12',
    title: "Somebody used another principal's session or state handle",
    counts: 'handles presented by a principal they do not belong to',
    key: 'handle',
    threshold: 1,
    windowSeconds: 3600,
    severity: 4,
    computedIn: 'process',
    why: 'One is enough, and every task sees its own.',
    response: 'revoke-grants',
    runbook: 'handle-hijack.md',
  },
  principal_burst: {
    number: 'D13',
    title: 'A principal calls far more often than it used to',
    counts: 'calls, as a multiple of the mean of the last hour',
    key: 'subject',
    threshold: 300,
    windowSeconds: 60,
    severity: 3,
    ratio: 10,
    computedIn: 'process',
    why: 'A moving mean per principal fits into memory and into no metric. It is the mean of one task.',
    response: 'revoke-grants',
    runbook: 'principal-burst.md',
  },
  authorization_failures: {
    number: 'D14',
    title: 'Authorization keeps failing',
    counts: 'refused authorization and token requests',
    key: 'client',
    threshold: 10,
    windowSeconds: 300,
    severity: 3,
    second: { key: 'address', threshold: 10, windowSeconds: 300, severity: 3 },
    computedIn: 'query',
    alsoIn: ['broker'],
    why: 'A refusal writes nothing, so no table can count it. Only the merged log shows all refusals of one client; an execution environment counts what it happens to see, and says so at once.',
    runbook: 'authorization-failures.md',
  },
  log_loss: {
    number: 'D15',
    title: 'Events are missing from the security log',
    counts: 'gaps in the sequence of a task, and events that say so themselves',
    key: 'task',
    threshold: 1,
    windowSeconds: 3600,
    severity: 4,
    computedIn: 'query',
    alsoIn: ['metric'],
    why: 'Whoever lost the events cannot be the one to count them.',
    runbook: 'log-loss.md',
  },
  acceptance_collapse: {
    number: 'D16',
    title: 'Most calls are refused: keys, audience or clock are probably wrong',
    counts: 'the share of allowed calls among those that brought an access token',
    key: 'fleet',
    threshold: 20,
    windowSeconds: 300,
    severity: 4,
    ratio: 0.5,
    computedIn: 'metric',
    why: 'A ratio over all tasks; one with wrong keys must not be the judge of its own refusals.',
    runbook: 'acceptance-collapse.md',
  },
  impossible_consent_rate: {
    number: 'D17',
    title: 'Somebody connects clients faster than a person can',
    counts: 'completed authorizations',
    key: 'subject',
    threshold: 5,
    windowSeconds: 60,
    severity: 3,
    computedIn: 'query',
    alsoIn: ['broker'],
    why: 'Consents of one person may reach several execution environments: only the merged log sees all. One that sees them all says so at once.',
    response: 'revoke-grants',
    runbook: 'impossible-consent-rate.md',
  },
} as const satisfies Record<string, DetectionRule>;

export type DetectionId = keyof typeof detectionRules;

export const detectionIds: readonly DetectionId[] = Object.keys(detectionRules) as DetectionId[];

/** The rule with every member that a rule can have. */
export const detectionRule = (id: DetectionId): DetectionRule => detectionRules[id];
