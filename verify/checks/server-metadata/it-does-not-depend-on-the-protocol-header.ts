import { type Check, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';

export const check: Check = {
  id: 'it-does-not-depend-on-the-protocol-header',
  title:
    'The document is the same with and without MCP-Protocol-Version, because even SDK v2 sends an old one with it',
  requirement: 'SDK v1 and v2: metadata requests carry MCP-Protocol-Version',
  since: '2025-06-18',
  severity: 'warning',
  run: async (target) => {
    const { url, answer } = await target.serverMetadata();
    const plain = await target.http.send({ url, headers: { accept: '*/*' } });
    return verdict(plain.text === answer.text, briefly(plain), 'the same document');
  },
};
