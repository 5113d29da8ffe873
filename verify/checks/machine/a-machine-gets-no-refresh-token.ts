import { type Check, verdict } from '../../check.ts';
import { machineAnswer } from '../../expect/machine.ts';
import { tokensOf } from '../../oauth/token-requests.ts';

export const check: Check = {
  id: 'a-machine-gets-no-refresh-token',
  title:
    'A machine client gets no refresh token, because it can ask again and the copy would outlive its secret',
  requirement: 'RFC 6749 §4.4.3',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { refreshToken } = tokensOf(await machineAnswer(target));
    return verdict(
      refreshToken === undefined,
      refreshToken === undefined ? 'none' : 'a refresh token',
      'none',
    );
  },
};
