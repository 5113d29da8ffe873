import { type Check, verdict } from '../../check.ts';
import { stringsIn } from '../../http/answer.ts';

export const check: Check = {
  id: 'obsolete-grants-are-not-advertised',
  title: 'Neither the implicit nor the password grant is offered, because OAuth 2.1 removed both',
  requirement: 'OAuth 2.1 §10; RFC 9700 §2.1.2, §2.4',
  since: '2025-03-26',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const offered = [
      ...stringsIn(document, 'grant_types_supported'),
      ...stringsIn(document, 'response_types_supported'),
    ];
    const obsolete = offered.filter((name) =>
      /^(implicit|password)$|\btoken\b/.test(name.replace('refresh_token', '')),
    );
    return verdict(obsolete.length === 0, obsolete.join(', ') || 'none', 'none');
  },
};
