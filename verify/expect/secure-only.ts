import { Unmet } from '../check.ts';
import type { Target } from '../target.ts';

/** What only makes sense behind TLS is skipped on loopback http. */
export const assertHttps = (target: Target): void => {
  if (target.url.protocol !== 'https:') throw new Unmet('the target is plain http on loopback');
};
