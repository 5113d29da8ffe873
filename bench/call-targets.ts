import { cpu, extra, type Formula, quotient, rowOf } from './formulas.ts';
import * as rows from './scenarios.ts';
import { insecure, taxed, taxedAtFirst } from './security-tax.ts';
import type { Target } from './target.ts';

/** What is wanted of calls and of refusals, over sockets. */

const forgedSignature = 'ours, refused: signature forged';

/** Of refusals that need no verification, as the success that they are compared with needs none. */
const dearestRefusal: Formula = (results) => {
  const costs = results.refusals?.rows.filter(
    ({ name }) => name.startsWith('ours, refused') && name !== forgedSignature,
  );
  const dearest = costs?.length ? Math.max(...costs.map((row) => row.cpu)) : undefined;
  return quotient(dearest, rowOf(results, 'refusals', rows.warm)?.cpu);
};

const tail =
  (group: string, name: string): Formula =>
  (results) => {
    const row = rowOf(results, group, name);
    return quotient(row?.p99, row?.p50);
  };

const calls = (name: string, base: string) => cpu('calls', name, base);
const refusal = (name: string) => cpu('refusals', `ours, refused: ${name}`, rows.floor);

export const ofCalls: readonly Target[] = [
  {
    name: 'everything on, warm token (P1)',
    atMost: 0.5,
    unit: '× XV',
    measured: calls(rows.warm, rows.xv),
  },
  {
    name: 'calls per core, everything on, warm token',
    atLeast: 2.3,
    unit: '× SDK v1',
    measured: calls(rows.v1, rows.warm),
  },
  {
    name: 'everything on, first-seen token',
    atMost: 0.65,
    unit: '× XV',
    measured: calls(rows.firstSeen, rows.xv),
  },
  {
    name: '2025-11-25, everything on, warm token (P2)',
    atMost: 0.8,
    unit: '× SDK v1',
    measured: calls(rows.legacy, rows.v1),
  },
  {
    name: 'security event, on against off',
    atMost: 12,
    unit: '% more',
    measured: extra('calls', rows.warm, rows.withoutEvent),
  },
  {
    name: 'log of an allowed call',
    unit: 'B',
    measured: (results) => rowOf(results, 'calls', rows.warm)?.logBytes,
  },
  {
    name: 'security tax, warm token (P3)',
    atMost: 30,
    unit: '% more',
    measured: extra('tax', taxed, insecure),
  },
  {
    name: 'security tax, first-seen token (P3)',
    atMost: 30,
    unit: '% more',
    measured: extra('tax', taxedAtFirst, insecure),
  },
  {
    name: '200 tools against 1, `tools/call`',
    atMost: 10,
    unit: '% more',
    measured: extra('tools', 'ours, tools/call, 200 tools', 'ours, tools/call, 1 tools'),
  },
  {
    name: 'p99 at 16 connections',
    atMost: 4,
    unit: '× p50',
    measured: tail('connections', 'ours, 16 connections'),
  },
];

export const ofRefusals: readonly Target[] = [
  {
    name: 'refusing a garbage token',
    atMost: 0.8,
    unit: '× floor',
    measured: refusal('garbage'),
  },
  { name: 'refusing no token (P4)', atMost: 1.3, unit: '× floor', measured: refusal('no token') },
  {
    name: 'refusing a forged signature (P4)',
    atMost: 2,
    unit: '× floor',
    measured: refusal('signature forged'),
  },
  {
    name: 'dearest refusal, nothing to verify',
    atMost: 1,
    unit: '× a success',
    measured: dearestRefusal,
  },
  {
    name: 'refusing a forged signature, beside a token that is new too',
    atMost: 1,
    unit: '× a success',
    measured: cpu('refusals', forgedSignature, rows.firstSeen),
  },
  {
    name: '3.9 MB without a token (P5)',
    atMost: 2,
    unit: '× 300 B',
    measured: cpu('strangers', 'ours, no token, 3.9 MB', 'ours, no token, 300 B'),
  },
];
