import { type Check, verdict } from '../../check.ts';
import { jsonOf } from '../../http/answer.ts';

export const check: Check = {
  id: 'registered-times-are-integers',
  title:
    'Times in a registration are integers, because clients that validate the answer refuse strings',
  requirement: 'RFC 7591 §3.2.1',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.authorizationServer.registration();
    const document = jsonOf(answer);
    const times = ['client_id_issued_at', 'client_secret_expires_at'].filter(
      (name) => document?.[name] !== undefined,
    );
    const wrong = times.filter((name) => !Number.isSafeInteger(document?.[name]));
    return verdict(
      wrong.length === 0,
      wrong.map((name) => `${name}: ${JSON.stringify(document?.[name])}`).join(', ') || 'integers',
      'integers',
    );
  },
};
