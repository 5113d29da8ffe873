import { type Check, verdict } from '../../check.ts';
import { mayContact } from '../../http/http-client.ts';

export const check: Check = {
  id: 'the-challenge-names-the-metadata-document',
  title:
    'The challenge names the protected-resource metadata by an absolute URL, because MCP 2025-06-18 clients look nowhere else',
  requirement: 'RFC 9728 §5.1; MCP 2025-06-18 authorization',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const url = (await target.challenge()).parameters.resource_metadata;
    const isUsable = url !== undefined && URL.canParse(url) && mayContact(new URL(url), target.url);
    return verdict(isUsable, `resource_metadata: ${url ?? 'absent'}`, 'an absolute https URL');
  },
};
