import type { CheckGroup } from '../../check.ts';
import { check as aForeignHostIsNotRepeatedInTheChallenge } from './a-foreign-host-is-not-repeated-in-the-challenge.ts';
import { check as aForeignHostIsNotRepeatedInTheMetadata } from './a-foreign-host-is-not-repeated-in-the-metadata.ts';
import { check as aForeignOriginIsRefusedWith403 } from './a-foreign-origin-is-refused-with-403.ts';
import { check as forwardedHostsAreNotBelieved } from './forwarded-hosts-are-not-believed.ts';
import { check as theNullOriginIsRefusedWith403 } from './the-null-origin-is-refused-with-403.ts';

export const origin: CheckGroup = {
  id: 'origin',
  title: 'Host and Origin',
  checks: [
    aForeignHostIsNotRepeatedInTheChallenge,
    aForeignHostIsNotRepeatedInTheMetadata,
    aForeignOriginIsRefusedWith403,
    forwardedHostsAreNotBelieved,
    theNullOriginIsRefusedWith403,
  ],
};
