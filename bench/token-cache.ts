import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createVerifiedTokens, defaultTokenPlaces } from '../server/verified-tokens.ts';
import { authenticatorsOf } from './authenticator.ts';

import { accessTokens, type Signer } from './tokens.ts';

/** The cache of verified tokens when it is full: its memory, and what a hit costs then. */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const heapKilobytes = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1024;
};

const authenticatorOf = async (signer: Signer) => {
  const verifiedTokens = createVerifiedTokens();
  const query = new URLSearchParams();
  const authenticate = (await authenticatorsOf(signer))(verifiedTokens);
  return {
    verifiedTokens,
    authenticate: async (token: string) => {
      const headers = new Headers({ authorization: `Bearer ${token}` });
      const principal = await authenticate({ headers, duplicateAuthorization: false }, query);
      if (!principal.ok) throw new Error(`refused: ${principal.error.reason}`);
    },
  };
};

/** Microseconds of CPU for one token, the least of five rounds; every round begins where the cache ends. */
const cpuOf = async (
  tokens: readonly string[],
  work: (token: string) => Promise<void>,
): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    const before = process.cpuUsage();
    for (const token of tokens) await work(token);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / tokens.length);
  }
  return least;
};

export const tokenCacheFigures = async (signer: Signer): Promise<Record<string, number>> => {
  const tokens = accessTokens(signer, defaultTokenPlaces);
  const { authenticate, verifiedTokens } = await authenticatorOf(signer);
  const few = tokens.slice(0, 64);
  const often = Array.from({ length: defaultTokenPlaces / 64 }, () => few).flat();
  const fewCpu = await cpuOf(often, authenticate);
  const before = heapKilobytes();
  for (const token of tokens) await authenticate(token);
  const after = heapKilobytes();
  if (verifiedTokens.size() !== defaultTokenPlaces) throw new Error('the cache is not full');
  return {
    'token cache, memory of one entry (KB)': (after - before) / (defaultTokenPlaces - few.length),
    'token cache, memory when it is full (MB)': (after - before) / 1024,
    'token cache, authentication by a hit among 64 (µs)': fewCpu,
    'token cache, authentication by a hit among 10,000 (µs)': await cpuOf(tokens, authenticate),
  };
};
