import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-issuer-is-exactly-the-expected-one',
  title:
    'The issuer equals the one that led there, character for character, because SDK v2 refuses a slash too many',
  requirement: 'RFC 8414 §3.3; MCP 2026-07-28 authorization, issuer validation',
  since: '2026-07-28',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const expected = await target.issuer();
    return verdict(document.issuer === expected, String(document.issuer), expected);
  },
};
