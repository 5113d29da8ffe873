import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'an-answer-can-be-found-in-the-log',
  title:
    'A refusal carries an id, because somebody who asks for help needs a word for what happened',
  requirement: 'W3C Trace Context; OWASP logging cheat sheet',
  since: '2025-03-26',
  severity: 'note',
  run: async (target) => {
    const { headers } = await target.unauthenticated();
    const names = [
      'x-correlation-id',
      'x-request-id',
      'x-amzn-requestid',
      'x-amz-cf-id',
      'traceparent',
      'cf-ray',
      'x-amzn-trace-id',
    ];
    const found = names.find((name) => headers[name] !== undefined);
    return verdict(found !== undefined, found ?? 'none', names.slice(0, 3).join(', '));
  },
};
