import { type Check, verdict } from '../../check.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'the-first-byte-comes-soon',
  title:
    'The first byte of an answer arrives within five seconds, because proxies count from there',
  requirement: 'MCP transports; CloudFront origin response timeout 30 s',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.call(initializeMessage());
    const ms = answer.firstByteMs ?? answer.headersMs;
    return verdict(ms < 5000, `${ms} ms`, 'less than 5000 ms');
  },
};
