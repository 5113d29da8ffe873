import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-page-cannot-be-framed',
  title:
    'The page that asks cannot be framed, because an invisible frame turns a click elsewhere into consent',
  requirement: 'MCP security best practices, consent; RFC 9700 §4.16',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { answer, read } = await target.authorizationServer.honest();
    if (read.kind !== 'proceeds' || read.location)
      return skipped('the request is not answered with a page');
    const { 'x-frame-options': frames, 'content-security-policy': policy = '' } = answer.headers;
    const isSafe =
      /^(deny|sameorigin)$/i.test(frames ?? '') ||
      /frame-ancestors\s+('none'|'self')/i.test(policy);
    return verdict(
      isSafe,
      `X-Frame-Options: ${frames ?? 'absent'}, frame-ancestors: ${/frame-ancestors/.test(policy) ? 'set' : 'absent'}`,
      'DENY',
    );
  },
};
