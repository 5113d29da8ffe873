import { type Check, skipped, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-challenge-stays-on-this-host',
  title:
    'The metadata document is named on the host that was asked, because a client behind a proxy cannot reach an inner name',
  requirement: 'RFC 9728 §7.3',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const url = (await target.challenge()).parameters.resource_metadata;
    if (url === undefined || !URL.canParse(url)) return skipped('the challenge names no document');
    const { host } = new URL(url);
    return verdict(host === target.url.host, host, target.url.host);
  },
};
