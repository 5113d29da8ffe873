import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'nothing-tells-its-version',
  title:
    'No header tells which version of what is running, because that is the first thing an attacker looks up',
  requirement: 'CWE-200',
  since: '2025-03-26',
  severity: 'note',
  run: async (target) => {
    const { headers } = await target.unauthenticated();
    const talkative = ['server', 'x-powered-by', 'x-aspnet-version', 'via'].filter((name) =>
      /\d+\.\d+\.\d+|express|php/i.test(headers[name] ?? ''),
    );
    return verdict(
      talkative.length === 0,
      talkative.map((name) => `${name}: ${headers[name]}`).join(', ') || 'none',
      'none',
    );
  },
};
