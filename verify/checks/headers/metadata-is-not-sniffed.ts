import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'metadata-is-not-sniffed',
  title:
    'Metadata is sent with nosniff, because a browser must not make a script of a JSON document',
  requirement: 'Fetch standard, X-Content-Type-Options',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const answers = [
      (await target.resourceMetadata()).answer,
      (await target.serverMetadata()).answer,
    ];
    const missing = answers.filter(
      ({ headers }) => headers['x-content-type-options']?.toLowerCase() !== 'nosniff',
    );
    return verdict(
      missing.length === 0,
      missing.map(({ url }) => url.pathname).join(', ') || 'both',
      'X-Content-Type-Options: nosniff',
    );
  },
};
