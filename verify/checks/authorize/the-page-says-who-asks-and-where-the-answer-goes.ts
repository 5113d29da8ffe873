import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-page-says-who-asks-and-where-the-answer-goes',
  title:
    'The consent page names the client and the host that gets the code, because a person has nothing else to judge by',
  requirement: 'MCP security best practices, consent; CIMD draft §6.4',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const { name, redirectUri } = await target.authorizationServer.client();
    const { answer, read } = await target.authorizationServer.honest();
    if (read.kind !== 'proceeds' || read.location)
      return skipped('the request is not answered with a page');
    const hasPassword = /type\s*=\s*["']?password/i.test(answer.text);
    if (hasPassword) return skipped('the first page is a login, not a consent');
    const wanted = [...(name === undefined ? [] : [name]), new URL(redirectUri).hostname];
    const says = wanted.filter((words) => !answer.text.includes(words));
    return verdict(
      says.length === 0,
      says.length === 0 ? 'both' : `not: ${says.join(', ')}`,
      'both',
    );
  },
};
