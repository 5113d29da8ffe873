import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'a-refresh-token-is-handed-out',
  title:
    'A client that may refresh gets a refresh token, because otherwise people sign in every hour',
  requirement: 'RFC 6749 §6; MCP authorization, refresh tokens',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { refreshToken } = await target.login();
    return verdict(refreshToken !== undefined, refreshToken === undefined ? 'none' : 'one', 'one');
  },
};
