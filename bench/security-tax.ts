import type { Scenario } from './measure.ts';
import { callOf, echoedText, rawCalls, rawRequest } from './requests.ts';
import { accessTokens, type Signer } from './tokens.ts';

/** What security costs on top of the very same server without any of it, whose callers send no token. */

export const insecure = 'the same server without security';
export const taxed = 'everything on, warm token';
export const taxedAtFirst = 'everything on, first-seen token';

export const taxGroup = (signer: Signer): readonly Scenario[] => {
  const holds = echoedText;
  const requests = rawCalls(accessTokens(signer, 64));
  return [
    { name: insecure, server: 'insecure', requests: [rawRequest(callOf('echo'))], holds },
    { name: `${insecure}, sent a token`, server: 'insecure', requests, holds },
    { name: taxed, server: 'ours', requests, holds },
    {
      name: taxedAtFirst,
      server: 'ours',
      // With fewer places than people in turn, every token is new to the cache.
      environment: { BENCH_TOKEN_CACHE: '32' },
      requests,
      holds,
    },
    {
      name: 'everything on but the event, warm token',
      server: 'ours',
      environment: { BENCH_EVENTS: 'off' },
      requests,
      holds,
    },
  ];
};
