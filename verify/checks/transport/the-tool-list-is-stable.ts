import { type Check, verdict } from '../../check.ts';
import { toolsOf } from '../../expect/tool.ts';

export const check: Check = {
  id: 'the-tool-list-is-stable',
  title:
    "Two lists of tools are the same, because a changing order makes every client's cache worthless",
  requirement: 'MCP 2026-07-28 server features: deterministic order',
  since: '2026-07-28',
  severity: 'warning',
  run: async (target) => {
    const names = async () => JSON.stringify((await toolsOf(target)).map(({ name }) => name));
    const [first, second] = [await names(), await names()];
    return verdict(
      first === second,
      first === second ? 'the same' : `${first} and ${second}`,
      'the same',
    );
  },
};
