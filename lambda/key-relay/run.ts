import { answerDeployment, isDeployment } from './deployment.ts';
import { type KeyRelayParts, type RelayResult, relayKeys, removeKeys } from './key-relay.ts';

/** A line of the function's log. */
export type Log = (line: { readonly level: 'INFO' | 'ERROR' } & Partial<RelayResult>) => void;

const problemsIn = (results: readonly RelayResult[]): string | undefined => {
  const problems = results.flatMap(({ jwksUri, problem }) =>
    problem === undefined ? [] : [`${jwksUri}: ${problem}`],
  );
  return problems.length > 0 ? problems.join('; ') : undefined;
};

const relayAndLog = async (parts: KeyRelayParts, log: Log): Promise<string | undefined> => {
  const results = await relayKeys(parts);
  for (const result of results)
    log({ level: result.problem === undefined ? 'INFO' : 'ERROR', ...result });
  return problemsIn(results);
};

const removeAndLog = async (parts: KeyRelayParts, log: Log): Promise<string | undefined> => {
  try {
    await removeKeys(parts);
    return undefined;
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'unexpected';
    log({ level: 'ERROR', problem });
    return problem;
  }
};

/**
 * One run: because of the schedule, or because CloudFormation is deploying or deleting.
 *
 * @throws Error when a scheduled run could not publish every key set: the alarm counts failed runs
 */
export const run = async (event: unknown, parts: KeyRelayParts, log: Log): Promise<void> => {
  if (!isDeployment(event)) {
    const problem = await relayAndLog(parts, log);
    if (problem !== undefined) throw new Error(problem);
    return;
  }
  const isDeletion = event.RequestType === 'Delete';
  const problem = await (isDeletion ? removeAndLog(parts, log) : relayAndLog(parts, log));
  await answerDeployment(event, problem, parts.fetch);
};
