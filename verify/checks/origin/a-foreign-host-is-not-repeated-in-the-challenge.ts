import { type Check, passed, verdict } from '../../check.ts';
import { briefly } from '../../http/answer.ts';
import { initializeMessage } from '../../mcp/message.ts';

export const check: Check = {
  id: 'a-foreign-host-is-not-repeated-in-the-challenge',
  title:
    "A made-up Host is not repeated in the challenge, because it would send clients to a stranger's metadata",
  requirement: 'CWE-644; MCP transports, DNS rebinding',
  since: '2025-03-26',
  severity: 'error',
  run: async (target) => {
    const answer = await target.post(initializeMessage(), { host: 'attacker.example' });
    // An error that names the host it refuses does no harm.
    if ([400, 403, 404, 421].includes(answer.status)) return passed(briefly(answer));
    const text = `${Object.values(answer.headers).join('\n')}\n${answer.text}`;
    const isRepeated = text.includes('attacker.example');
    return verdict(
      !isRepeated,
      isRepeated ? 'attacker.example in the answer' : briefly(answer),
      'not repeated',
    );
  },
};
