import { type Check, verdict } from '../../check.ts';
import { jsonOf, stringIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'the-token-answer-is-complete',
  title:
    'The token answer says Bearer and a lifetime in whole seconds, because clients plan the refresh with it',
  requirement: 'OAuth 2.1 §3.2.3',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const document = jsonOf((await target.login()).answer);
    const isBearer = stringIn(document, 'token_type')?.toLowerCase() === 'bearer';
    const seconds = document?.expires_in;
    const isInteger = typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0;
    return verdict(
      isBearer && isInteger,
      `token_type: ${String(document?.token_type)}, expires_in: ${JSON.stringify(seconds)}`,
      'Bearer, an integer',
    );
  },
};
