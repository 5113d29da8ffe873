import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'a-missing-token-is-no-invalid-token',
  title: 'A request without a token gets no error code, because there is no token to be wrong',
  requirement: 'RFC 6750 §3.1',
  since: '2025-03-26',
  severity: 'note',
  run: async (target) => {
    const { error } = (await target.challenge()).parameters;
    return verdict(error === undefined, `error: ${error ?? 'absent'}`, 'no error parameter');
  },
};
