import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'pages-carry-a-content-security-policy',
  title:
    'The page that asks has a content security policy, because a foreign script there could press the button',
  requirement: 'MCP security best practices, consent; CSP Level 3',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { answer, read } = await target.authorizationServer.honest();
    if (read.kind !== 'proceeds' || read.location)
      return skipped('the request is not answered with a page');
    const policy = answer.headers['content-security-policy'];
    const isStrict =
      policy !== undefined && !/script-src[^;]*'unsafe-inline'(?![^;]*('nonce-|'sha))/.test(policy);
    return verdict(
      isStrict,
      policy === undefined ? 'absent' : 'a policy',
      'a policy without unsafe-inline scripts',
    );
  },
};
