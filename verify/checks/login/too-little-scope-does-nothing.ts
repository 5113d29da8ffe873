import { type Check, failed, passed } from '../../check.ts';
import { answerBeyondScope, ScopeNotEnforced } from '../../expect/grant.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'too-little-scope-does-nothing',
  title:
    'A token with one of the scopes may not do everything, because a scope that is not enforced is a decoration',
  requirement: 'MCP authorization, scope minimisation; RFC 6750 §3.1',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    try {
      return passed(briefly(await answerBeyondScope(target)));
    } catch (error) {
      if (error instanceof ScopeNotEnforced)
        return failed(error.message, 'a refusal of at least one operation');
      throw error;
    }
  },
};
