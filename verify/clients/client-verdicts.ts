import type { Outcome } from '../check.ts';
import type { CheckResult } from '../run.ts';
import { type ClientNeed, type NamedClient, namedClients } from './named-clients.ts';

/** Who would connect, derived from what was seen. */

export interface ClientVerdict {
  readonly name: string;
  readonly verdict: 'connects' | 'refuses' | 'unknown';
  readonly why: string;
  /** The check that decided it. */
  readonly checkId?: string;
}

type Outcomes = ReadonlyMap<string, Outcome>;

const outcomesOf = ({ anyOf }: ClientNeed, outcomes: Outcomes) =>
  anyOf.map((id) => ({ id, outcome: outcomes.get(id) }));

const isMet = (need: ClientNeed, outcomes: Outcomes): boolean =>
  outcomesOf(need, outcomes).some(({ outcome }) => outcome?.kind === 'passed');

const failureOf = (need: ClientNeed, outcomes: Outcomes) =>
  outcomesOf(need, outcomes).find(({ outcome }) => outcome?.kind === 'failed');

const judge = ({ name, needs }: NamedClient, outcomes: Outcomes): ClientVerdict => {
  const unmet = needs.filter((need) => !isMet(need, outcomes));
  for (const need of unmet) {
    const failure = failureOf(need, outcomes);
    if (failure?.outcome?.kind !== 'failed') continue;
    const why = `${need.otherwise} (${failure.outcome.seen})`;
    return { name, verdict: 'refuses', why, checkId: failure.id };
  }
  const [first] = unmet;
  if (!first) return { name, verdict: 'connects', why: 'everything it needs is there' };
  const [{ id, outcome } = { id: '', outcome: undefined }] = outcomesOf(first, outcomes);
  // Not offered at all is as final as refused; not looked at is not.
  if (outcome?.kind === 'skipped')
    return { name, verdict: 'refuses', why: `${first.otherwise} (${outcome.why})`, checkId: id };
  return { name, verdict: 'unknown', why: 'what it needs was not looked at' };
};

/** @param isOpen whether the server serves everybody: then nobody needs any of this */
export const clientVerdicts = (
  results: readonly CheckResult[],
  isOpen: boolean,
): readonly ClientVerdict[] => {
  const outcomes = new Map(results.map(({ check, outcome }) => [check.id, outcome]));
  if (isOpen)
    return namedClients.map(({ name }) => ({
      name,
      verdict: 'connects',
      why: 'the server asks nobody to sign in',
    }));
  return namedClients.map((client) => judge(client, outcomes));
};
