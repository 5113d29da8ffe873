import { type Check, verdict } from '../../check.ts';
import { mediaType } from '../../http/answer.ts';

export const check: Check = {
  id: 'the-server-document-is-json',
  title:
    'The metadata is labelled application/json, because strict clients do not parse anything else',
  requirement: 'RFC 8414 §3.2',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const { answer } = await target.serverMetadata();
    return verdict(mediaType(answer) === 'application/json', mediaType(answer), 'application/json');
  },
};
