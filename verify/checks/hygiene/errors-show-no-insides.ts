import { type Check, verdict } from '../../check.ts';
import { rawMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'errors-show-no-insides',
  title:
    'Errors show no stack traces and no paths, because they are a map for whoever looks for a way in',
  requirement: 'CWE-209',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answers = [
      await target.post(rawMessage('{"jsonrpc":')),
      await target.post(rawMessage('[[[[')),
      await target.http.send({ url: new URL('/.well-known/%00', target.url) }),
      await target.http.send({ url: new URL('/verify-no-such-page', target.url) }),
    ];
    const insides =
      /\bat .{1,80}\(?(file:|node:|\/)[^)\n]{1,120}:\d+|Traceback \(most recent|node_modules\/|\.java:\d+\)/;
    const shown = answers.find(({ text }) => insides.test(text));
    return verdict(
      shown === undefined,
      shown ? `${shown.status} at ${shown.url.pathname}` : 'none',
      'none',
    );
  },
};
