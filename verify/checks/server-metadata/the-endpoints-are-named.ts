import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-endpoints-are-named',
  title:
    'The authorization and token endpoints are named by absolute URLs, because clients have nothing else to go by',
  requirement: 'RFC 8414 §2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const missing = ['authorization_endpoint', 'token_endpoint'].filter(
      (name) => !URL.canParse(String(document[name])),
    );
    return verdict(
      missing.length === 0,
      missing.length === 0 ? 'both' : `not ${missing.join(', ')}`,
      'both',
    );
  },
};
