import { type Check, skipped, verdict } from '../../check.ts';
import { registeredClientOf } from '../../oauth/registration.ts';

export const check: Check = {
  id: 'the-page-does-not-run-what-a-client-calls-itself',
  title: "A client's name is shown as text, because anybody can register a name that is a script",
  requirement: 'CWE-79; MCP security best practices, consent',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.authorizationServer.register({
      client_name: '"><img src=verify onerror=x>',
    });
    const client = registeredClientOf(answer);
    const page = await target.authorizationServer.authorize({}, client);
    if (page.read.kind !== 'proceeds' || page.read.location)
      return skipped('the request is not answered with a page');
    const isRaw = page.answer.text.includes('<img src=verify');
    return verdict(!isRaw, isRaw ? 'the name became markup' : 'escaped', 'escaped');
  },
};
