import type { Scenario } from './measure.ts';
import { echoedText, message, type Revision, rawRequest } from './requests.ts';
import { accessTokens, type Signer, tenant } from './tokens.ts';

/** Calls of a tool that reports progress three times, so that the answer is an event stream. */

export const streamedByXv = 'XV, 2026-07-28';
export const streamed = 'ours, 2026-07-28';

const counted = (revision: Revision, tokens: readonly string[]): string[] => {
  const params = {
    name: 'count',
    arguments: { tenant, text: echoedText },
    _meta: { progressToken: 1 },
  };
  const call = message('tools/call', params, revision);
  return tokens.map((token) => rawRequest(call, token));
};

export const eventStreamGroup = (signer: Signer): readonly Scenario[] => {
  const tokens = accessTokens(signer, 64);
  const environment = { BENCH_SLOW: '1' };
  const holds = 'notifications/progress';
  const modern = { environment, holds, requests: counted('2026-07-28', tokens) };
  const older = { environment, holds, requests: counted('2025-11-25', tokens) };
  return [
    { name: streamedByXv, server: 'sdk-v2-express', ...modern },
    { name: streamed, server: 'ours', ...modern },
    { name: 'XV, 2025-11-25', server: 'sdk-v2-express', ...older },
    { name: 'ours, 2025-11-25', server: 'ours', ...older },
  ];
};
