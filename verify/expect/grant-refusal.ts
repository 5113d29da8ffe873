import { type Outcome, verdict } from '../check.ts';
import { type Answer, briefly, jsonOf } from '../http/answer.ts';

/** RFC 6749 §5.2: clients throw a grant away on `invalid_grant`, and only then. */
export const isInvalidGrant = (answer: Answer): Outcome =>
  verdict(
    answer.status === 400 && jsonOf(answer)?.error === 'invalid_grant',
    briefly(answer),
    '400 error=invalid_grant',
  );
