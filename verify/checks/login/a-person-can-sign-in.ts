import { type Check, failed, passed, skipped, Unmet } from '../../check.ts';

export const check: Check = {
  id: 'a-person-can-sign-in',
  title: 'A person can sign in and the client gets a token, because that is the whole point',
  requirement: 'OAuth 2.1 §4.1; MCP authorization flow',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    if (target.credentials.username === undefined)
      return skipped('no test user was given (--username)');
    try {
      await target.login();
      return passed();
    } catch (error) {
      // Who brings a test user wants to know that it works: nothing in the way is a reason to skip.
      if (error instanceof Unmet) return failed(error.message, 'a code, and a token for it');
      throw error;
    }
  },
};
