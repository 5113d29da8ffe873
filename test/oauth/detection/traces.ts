import type { DetectionId } from '../../../oauth/detection-rules.ts';
import type { Observation } from '../../../oauth/observation.ts';

/**
 * For every rule that a process computes: traces of an attack that fire exactly once, within so many
 * events, and near misses that must not. Every trace starts at a whole hour.
 */

/** 12:00:00 on an ordinary Monday. */
export const noon = Date.UTC(2026, 10, 23, 12);

export interface Trace {
  readonly id: DetectionId;
  readonly place: 'process' | 'broker';
  readonly title: string;
  /** The finding comes with this event, counted from 1. */
  readonly firesAt: number;
  readonly severity: number;
  readonly attack: readonly Observation[];
  readonly nearMisses: Readonly<Record<string, readonly Observation[]>>;
}

type Changes = Partial<Observation>;

export const anObservation = (
  event: string,
  seconds: number,
  changes: Changes = {},
): Observation => ({
  time: noon + Math.round(seconds * 1000),
  event,
  correlationId: `trace-${seconds}`,
  address: '203.0.113.7',
  ...changes,
});

/** `count` events, evenly within `seconds`, the last of them just before the end. */
export const series = (
  count: number,
  seconds: number,
  make: (index: number, second: number) => Observation,
): readonly Observation[] =>
  Array.from({ length: count }, (_, index) => make(index, (index * seconds) / count));

const rejected =
  (reason: string, changes: (index: number) => Changes = () => ({})) =>
  (index: number, second: number) =>
    anObservation('token.rejected', second, { reason, ...changes(index) });

const ada = { subject: 'ada', client: 'app', accessToken: 'jti-1', operation: 'tools/call' };

const allowed =
  (changes: (index: number) => Changes = () => ({})) =>
  (index: number, second: number) =>
    anObservation('access.allowed', second, { ...ada, target: 'search', ...changes(index) });

const shifted = (observations: readonly Observation[], seconds: number): readonly Observation[] =>
  observations.map((observation) => ({ ...observation, time: observation.time + seconds * 1000 }));

const hour = 3600;

export const traces: readonly Trace[] = [
  {
    id: 'invalid_token_burst',
    place: 'process',
    title: 'guesses of one address',
    firesAt: 20,
    severity: 3,
    attack: series(40, 50, rejected('signature_invalid')),
    nearMisses: {
      'one fewer': series(19, 60, rejected('signature_invalid')),
      'as many, but over three minutes': series(20, 180, rejected('malformed')),
      'as many from as many addresses': series(
        60,
        50,
        rejected('signature_invalid', (index) => ({ address: `198.51.100.${index}` })),
      ),
      'as many expired tokens of an office': series(
        400,
        50,
        rejected('expired', (index) => ({ subject: `user-${index}`, client: 'app' })),
      ),
    },
  },
  {
    id: 'invalid_token_burst',
    place: 'process',
    title: 'guesses of one IPv6 customer, who has 2^64 addresses',
    firesAt: 20,
    severity: 3,
    attack: series(
      30,
      30,
      rejected('malformed', (index) => ({ address: `2001:db8:1:2::${index.toString(16)}` })),
    ),
    nearMisses: {
      'as many customers': series(
        30,
        30,
        rejected('malformed', (index) => ({ address: `2001:db8:1:${index.toString(16)}::1` })),
      ),
    },
  },
  {
    id: 'bad_token_hammered',
    place: 'process',
    title: 'a client that does not look at the answer',
    firesAt: 50,
    severity: 2,
    attack: series(
      80,
      50,
      rejected('audience_missing', () => ({ credential: 'c0ffee' })),
    ),
    nearMisses: {
      'one fewer': series(
        49,
        50,
        rejected('claim_missing', () => ({ credential: 'c0ffee' })),
      ),
      'as many different ones': series(
        80,
        50,
        rejected('claim_missing', (index) => ({ credential: `c${index}` })),
      ),
    },
  },
  {
    id: 'token_from_many_networks',
    place: 'process',
    title: 'a stolen access token in a botnet',
    firesAt: 4,
    severity: 4,
    attack: series(
      12,
      300,
      allowed((index) => ({ address: `198.51.${index}.1` })),
    ),
    nearMisses: {
      'a traveller: three networks in ten minutes': series(
        300,
        600,
        allowed((index) => ({ address: `198.51.${index % 3}.${index % 250}` })),
      ),
      'four networks in an hour': series(
        4,
        hour,
        allowed((index) => ({ address: `198.51.${index}.1` })),
      ),
      'a new access token in each network': series(
        12,
        300,
        allowed((index) => ({ address: `198.51.${index}.1`, accessToken: `jti-${index}` })),
      ),
      'one network with many addresses': series(
        200,
        300,
        allowed((index) => ({ address: `198.51.100.${index}` })),
      ),
    },
  },
  {
    id: 'audience_mismatch_burst',
    place: 'process',
    title: 'a client that passes on tokens of another server',
    firesAt: 5,
    severity: 4,
    attack: series(
      9,
      100,
      rejected('audience_mismatch', () => ({ client: 'app' })),
    ),
    nearMisses: {
      'one fewer': series(
        4,
        300,
        rejected('audience_mismatch', () => ({ client: 'app' })),
      ),
      'one each of many clients': series(
        20,
        100,
        rejected('audience_mismatch', (index) => ({ client: `app-${index}` })),
      ),
    },
  },
  {
    id: 'cross_tenant_probe',
    place: 'process',
    title: 'one record of another tenant',
    firesAt: 1,
    severity: 4,
    attack: [
      anObservation('tenant.denied', 1, { ...ada, reason: 'tenant_mismatch', target: 'note-1' }),
      anObservation('tenant.denied', 9, { ...ada, reason: 'tenant_mismatch', target: 'note-1' }),
    ],
    nearMisses: { 'ordinary calls': series(100, 60, allowed()) },
  },
  {
    id: 'scope_probing',
    place: 'process',
    title: 'one tool after the other',
    firesAt: 5,
    severity: 3,
    attack: series(9, 200, (index, second) =>
      anObservation('scope.denied', second, {
        ...ada,
        reason: 'scope_insufficient',
        target: `tool-${index}`,
      }),
    ),
    nearMisses: {
      'one tool over and over': series(60, 200, (_, second) =>
        anObservation('scope.denied', second, {
          ...ada,
          reason: 'scope_insufficient',
          target: 'delete_note',
        }),
      ),
      'five tools, each granted after the refusal': series(10, 200, (index, second) =>
        anObservation(index % 2 === 0 ? 'scope.denied' : 'access.allowed', second, {
          ...ada,
          ...(index % 2 === 0 && { reason: 'scope_insufficient' }),
          target: `tool-${Math.floor(index / 2)}`,
        }),
      ),
      'five tools in an hour': series(5, hour, (index, second) =>
        anObservation('scope.denied', second, {
          ...ada,
          reason: 'scope_insufficient',
          target: `tool-${index}`,
        }),
      ),
      'one tool each of five people': series(5, 60, (index, second) =>
        anObservation('scope.denied', second, {
          ...ada,
          subject: `user-${index}`,
          reason: 'scope_insufficient',
          target: `tool-${index}`,
        }),
      ),
    },
  },
  {
    id: 'registration_flood',
    place: 'broker',
    title: 'registrations of one address',
    firesAt: 10,
    severity: 3,
    attack: series(25, 200, (_, second) => anObservation('client.registered', second)),
    nearMisses: {
      'one fewer': series(9, 290, (_, second) => anObservation('client.registered', second)),
      'ninety from as many addresses in an hour': series(90, hour, (index, second) =>
        anObservation('client.registered', second, { address: `198.51.${index}.1` }),
      ),
    },
  },
  {
    id: 'registration_flood',
    place: 'broker',
    title: 'registrations of a botnet',
    firesAt: 100,
    severity: 3,
    attack: series(150, 1800, (index, second) =>
      anObservation('client.registered', second, { address: `198.51.${index}.1` }),
    ),
    nearMisses: {
      'one fewer': series(99, 1800, (index, second) =>
        anObservation('client.registered', second, { address: `198.51.${index}.1` }),
      ),
    },
  },
  {
    id: 'refresh_token_reuse',
    place: 'broker',
    title: 'a refresh handle that comes back',
    firesAt: 1,
    severity: 5,
    attack: [
      anObservation('token.refresh_reuse', 1, { grant: 'g1', subject: 'ada' }),
      anObservation('token.refresh_reuse', 2, { grant: 'g1', subject: 'ada' }),
    ],
    nearMisses: {
      'ordinary refreshes': series(500, hour, (index, second) =>
        anObservation('token.refreshed', second, { grant: `g${index}`, subject: `user-${index}` }),
      ),
    },
  },
  {
    id: 'refresh_token_reuse',
    place: 'broker',
    title: 'a code that comes back',
    firesAt: 1,
    severity: 5,
    attack: [anObservation('token.code_reuse', 1, { grant: 'g1', subject: 'ada' })],
    nearMisses: {
      'codes that nobody ever had': series(9, 60, (_, second) =>
        anObservation('token.refused', second, { reason: 'code_unknown', client: 'dyn-1' }),
      ),
      'codes that were too old': series(100, hour, (index, second) =>
        anObservation('token.refused', second, { reason: 'code_expired', client: `dyn-${index}` }),
      ),
    },
  },
  ...(
    ['alg_not_allowed', 'header_not_allowed', 'crit_unsupported', 'encoding_noncanonical'] as const
  ).map(
    (reason): Trace => ({
      id: 'algorithm_confusion',
      place: 'process',
      title: reason,
      firesAt: 1,
      severity: 4,
      attack: series(5, 30, rejected(reason)),
      nearMisses: { 'other refusals': series(19, 60, rejected('type_wrong')) },
    }),
  ),
  {
    id: 'unknown_key_ids',
    place: 'process',
    title: 'key ids made up by one address',
    firesAt: 5,
    severity: 3,
    attack: shifted(series(12, 30, rejected('kid_unknown')), hour),
    nearMisses: {
      'one fewer': series(4, 60, rejected('kid_unknown')),
      'an office after a key was withdrawn': [
        anObservation('keys.refreshed', 0, { isKeyWithdrawn: true }),
        ...series(
          400,
          3500,
          rejected('kid_unknown', (index) => ({ address: `198.51.100.${index % 4}` })),
        ),
      ],
    },
  },
  {
    id: 'unknown_key_ids',
    place: 'process',
    title: 'key ids made up by a botnet',
    firesAt: 50,
    severity: 3,
    attack: series(
      80,
      50,
      rejected('kid_unknown', (index) => ({ address: `198.51.${index}.1` })),
    ),
    nearMisses: {
      'one fewer': series(
        49,
        50,
        rejected('kid_unknown', (index) => ({ address: `198.51.${index}.1` })),
      ),
    },
  },
  {
    id: 'expired_token_storm',
    place: 'process',
    title: 'a client that never refreshes',
    firesAt: 100,
    severity: 2,
    attack: series(
      150,
      55,
      rejected('expired', () => ({ subject: 'ada', client: 'app' })),
    ),
    nearMisses: {
      'one fewer': series(
        99,
        55,
        rejected('expired', () => ({ subject: 'ada', client: 'app' })),
      ),
      'one refusal an hour in an office of 500': series(
        500,
        55,
        rejected('expired', (index) => ({ subject: `user-${index}`, client: 'app' })),
      ),
      'a fifth of the calls is good': series(150, 55, (index, second) =>
        index % 5 === 0
          ? allowed()(index, second)
          : rejected('expired', () => ({ subject: 'ada', client: 'app' }))(index, second),
      ),
    },
  },
  {
    id: 'handle_hijack',
    place: 'process',
    title: "another principal's session",
    firesAt: 1,
    severity: 4,
    attack: [anObservation('session.hijack_suspected', 1, { ...ada, handle: 'h1' })],
    nearMisses: {
      'a session that has ended': series(20, 60, (_, second) =>
        anObservation('request.rejected', second, { ...ada, reason: 'session_unknown' }),
      ),
    },
  },
  {
    id: 'principal_burst',
    place: 'process',
    title: 'ten times the usual',
    firesAt: 30 * 20 + 301,
    severity: 3,
    attack: [...series(600, 1800, allowed()), ...shifted(series(500, 59, allowed()), 1800)],
    nearMisses: {
      'busy from the start': series(6000, 900, allowed()),
      'ten times the usual, but not much': [
        ...series(600, 1800, allowed()),
        ...shifted(series(299, 59, allowed()), 1800),
      ],
      'much, but not ten times the usual': [
        ...series(30 * 50, 1800, allowed()),
        ...shifted(series(450, 59, allowed()), 1800),
      ],
    },
  },
  {
    id: 'authorization_failures',
    place: 'broker',
    title: 'codes that are guessed',
    firesAt: 10,
    severity: 3,
    attack: series(15, 100, (index, second) =>
      anObservation('token.refused', second, {
        reason: 'code_unknown',
        address: `198.51.${index}.1`,
        client: 'dyn-1',
      }),
    ),
    nearMisses: {
      'one fewer': series(9, 290, (_, second) =>
        anObservation('token.refused', second, { reason: 'code_unknown', client: 'dyn-1' }),
      ),
      'grants that expired over the weekend': series(400, 290, (_, second) =>
        anObservation('token.refused', second, { reason: 'refresh_unknown', client: 'dyn-1' }),
      ),
      'people who decline': series(50, 290, (_, second) =>
        anObservation('authorization.failed', second, {
          reason: 'consent_denied',
          client: 'dyn-1',
        }),
      ),
    },
  },
  {
    id: 'authorization_failures',
    place: 'broker',
    title: 'made-up clients of one address',
    firesAt: 10,
    severity: 3,
    attack: series(15, 100, (_, second) =>
      anObservation('authorization.failed', second, { reason: 'client_unknown' }),
    ),
    nearMisses: {
      'one fewer': series(9, 290, (_, second) =>
        anObservation('authorization.failed', second, { reason: 'client_unknown' }),
      ),
      'as many from as many addresses': series(15, 100, (index, second) =>
        anObservation('authorization.failed', second, {
          reason: 'client_unknown',
          address: `198.51.${index}.1`,
        }),
      ),
    },
  },
  {
    id: 'impossible_consent_rate',
    place: 'broker',
    title: 'five connections in half a minute',
    firesAt: 5,
    severity: 3,
    attack: series(8, 30, (index, second) =>
      anObservation('authorization.completed', second, { subject: 'ada', client: `dyn-${index}` }),
    ),
    nearMisses: {
      'one fewer': series(4, 59, (index, second) =>
        anObservation('authorization.completed', second, {
          subject: 'ada',
          client: `dyn-${index}`,
        }),
      ),
      'an office on its first morning': series(300, 300, (index, second) =>
        anObservation('authorization.completed', second, { subject: `user-${index}` }),
      ),
    },
  },
];
