import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-resource-is-the-address-of-the-server',
  title:
    'The resource is the address of the server, character for character, because Claude compares it with what the user typed',
  requirement: 'RFC 9728 §3.3; RFC 8707 §2',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.resourceMetadata();
    return verdict(
      document.resource === target.url.href,
      String(document.resource),
      target.url.href,
    );
  },
};
