import { type Check, passed, verdict } from '../../check.ts';
import { machineAnswer } from '../../expect/machine.ts';
import { briefly, isSuccess, jsonOf, stringIn } from '../../http/answer.ts';

const wanted = 'verify:everything';

export const check: Check = {
  id: 'a-machine-cannot-name-its-own-scopes',
  title:
    'A machine client gets no scope that nobody gave it, because there is no person who would notice',
  requirement: 'RFC 6749 §3.3, §4.4.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await machineAnswer(target, wanted);
    if (!isSuccess(answer)) return passed(briefly(answer));
    // RFC 6749 §5.1: no scope in the answer means that what was asked for was granted.
    const granted = stringIn(jsonOf(answer), 'scope') ?? wanted;
    return verdict(!granted.includes(wanted), `scope: ${granted}`, 'an error, or other scopes');
  },
};
