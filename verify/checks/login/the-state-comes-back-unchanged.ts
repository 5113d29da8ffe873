import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-state-comes-back-unchanged',
  title: 'The state comes back unchanged, because the client drops any other answer',
  requirement: 'OAuth 2.1 §4.1.2; MCP authorization, state',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { parameters, state } = (await target.login()).signedIn;
    const returned = parameters.get('state');
    return verdict(
      returned === state,
      returned === state ? 'unchanged' : 'changed or absent',
      'unchanged',
    );
  },
};
