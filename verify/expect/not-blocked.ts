import { type Outcome, verdict } from '../check.ts';
import { type Answer, briefly, isWebPage } from '../http/answer.ts';

const blockStatuses = new Set([403, 405, 406, 413, 414, 429, 431]);

/** Whether a harmless but unusual request got the same treatment as an ordinary one. */
export const isNotBlocked = (answer: Answer, ordinary: Answer): Outcome => {
  const isSame = answer.status === ordinary.status && isWebPage(answer) === isWebPage(ordinary);
  const looksBlocked = blockStatuses.has(answer.status) || answer.status >= 500;
  return verdict(
    isSame || !looksBlocked,
    briefly(answer),
    `not blocked: an ordinary request gets ${briefly(ordinary)}`,
  );
};
