import { ofCalls, ofRefusals } from './call-targets.ts';
import { streamed, streamedByXv } from './event-streams.ts';
import { cpu, figure, figures } from './formulas.ts';
import { saturationFigure, saturationOfXv } from './quarter.ts';
import * as rows from './scenarios.ts';
import type { Target } from './target.ts';

/**
 * What is wanted of the figures, as data: a limit, and how it follows from the rows of one run. The
 * table in docs/performance.md is made of it, so nothing in there is typed in.
 */

const ofParts: readonly Target[] = [
  {
    name: 'first-seen verification, with form, claims and tenant (P7)',
    atMost: 1.9,
    unit: '× `crypto.verify`',
    measured: figures(
      'parts',
      'authentication, first-seen token (µs)',
      'RS256 verification by OpenSSL alone (µs)',
    ),
  },
  {
    name: 'building and recording an event (P8)',
    atMost: 2,
    unit: '× `JSON.stringify` of it',
    measured: figures(
      'parts',
      'building and recording an event (µs)',
      'JSON.stringify of an event (µs)',
    ),
  },
];

const ofRules: readonly Target[] = ['an allowed call', 'a refused token'].map((what) => ({
  name: `rate limits and rules of ${what} (P9)`,
  atMost: 3,
  unit: 'µs',
  measured: figure('parts', `rate limits and rules of ${what} (µs)`),
}));

const ofTime: readonly Target[] = [
  {
    name: 'p99 at 300 calls a second (P6)',
    atMost: 3,
    unit: '× floor',
    measured: figures(
      'endurance',
      'p99 at 300 calls a second, ours (ms)',
      'p99 at 300 calls a second, floor (ms)',
    ),
  },
  {
    name: 'RSS after 1,000,000 calls',
    atMost: 1.1,
    unit: '× after 10,000',
    measured: figures('endurance', 'RSS after 1,000,000 calls (MB)', 'RSS after 10,000 calls (MB)'),
  },
  {
    name: 'first 1000 calls after 60 s of rest (P11)',
    unit: '× steady',
    measured: figures(
      'endurance',
      'CPU of a call, first 1000 after 60 s of rest (µs)',
      'CPU of a call, steady (µs)',
    ),
  },
  {
    name: 'start to healthy',
    atMost: 400,
    unit: 'ms CPU',
    measured: figure('start-up', 'server, start to healthy (ms CPU)'),
  },
  {
    name: 'start to ready (P10)',
    atMost: 2.5,
    unit: '× raw node:http',
    measured: figures(
      'start-up',
      'server, start to ready (ms)',
      'raw node:http, start to ready (ms)',
    ),
  },
  {
    name: 'RSS after 1000 calls (P10)',
    atMost: 2.6,
    unit: '× raw node:http',
    measured: figures(
      'start-up',
      'server, RSS after 1000 calls (MB)',
      'raw node:http, RSS after 1000 calls (MB)',
    ),
  },
  {
    name: 'server bundle, all that the image may load',
    atMost: 1024,
    unit: 'KB',
    measured: figure('sizes', 'server/image (KB)'),
  },
  {
    name: 'broker bundle',
    atMost: 600,
    unit: 'KB',
    measured: figure('sizes', 'lambda/authorization-server (KB)'),
  },
  {
    name: 'broker, init',
    atMost: 150,
    unit: 'ms CPU',
    measured: figure('start-up', 'broker, init (ms CPU)'),
  },
];

/** Reported: nobody has said how much it may be. */
const ofScale: readonly Target[] = [
  {
    name: 'calls a second that saturate a quarter of a vCPU',
    unit: '× XV',
    measured: figures('quarter', saturationFigure, saturationOfXv),
  },
  {
    name: 'four such tasks behind a load balancer, on one core',
    unit: '× one',
    measured: figures('tasks', '4 tasks, saturation (calls/s)', '1 task, saturation (calls/s)'),
  },
  {
    name: 'a call that reports its progress',
    unit: '× XV',
    measured: cpu('sse', streamed, streamedByXv),
  },
  {
    name: 'memory of an idle `subscriptions/listen` stream, of 5000',
    unit: 'KB',
    measured: figure(
      'streams',
      'ours, memory of one idle subscriptions/listen stream, of 5000 (KB)',
    ),
  },
  {
    name: 'a call when 100,000 people have been seen',
    unit: '× when 1000 have',
    measured: figures(
      'growth',
      '100,000 seen, CPU of a call by one who comes often (µs)',
      '1,000 seen, CPU of a call by one who comes often (µs)',
    ),
  },
  {
    name: 'the cache of 10,000 verified tokens, full',
    unit: 'MB',
    measured: figure('growth', 'token cache, memory when it is full (MB)'),
  },
];

const ofLogins: readonly Target[] = [
  'first request of a fresh broker, after its init',
  'warm login, all of it',
  'warm refresh',
].map((name) => ({
  name,
  unit: 'ms CPU',
  measured: figure('login', `${name} (ms CPU)`),
}));

const ofGuard: readonly Target[] = [
  {
    name: 'guard mode, on one core with its upstream',
    atMost: 1,
    unit: '× floor',
    measured: cpu('guard', rows.guarded, rows.floor),
  },
  {
    name: 'guard mode, its upstream on another core',
    atMost: 1,
    unit: '× floor',
    measured: cpu('guard', rows.guardedApart, rows.floor),
  },
];

export const targets: readonly Target[] = [
  ...ofCalls,
  ...ofRefusals,
  ...ofParts,
  ...ofRules,
  ...ofTime,
  ...ofLogins,
  ...ofGuard,
  ...ofScale,
];
