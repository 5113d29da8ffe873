import { type Check, verdict } from '../../check.ts';
import { jsonOf } from '../../http/answer.ts';

export const check: Check = {
  id: 'the-token-lasts-a-day-at-most',
  title: 'The access token lasts a day at most, because a stolen one cannot be taken back',
  requirement: 'MCP authorization, token theft; RFC 9700 §4.10',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const seconds = Number(jsonOf((await target.login()).answer)?.expires_in);
    return verdict(seconds <= 86_400, `${seconds} s`, '86400 s or less');
  },
};
