import type { CheckGroup } from '../../check.ts';
import { check as aHugeTokenIsRefusedCleanly } from './a-huge-token-is-refused-cleanly.ts';
import { check as aRefusedTokenIsCalledInvalid } from './a-refused-token-is-called-invalid.ts';
import { check as aRefusedTokenLeadsToTheMetadataAgain } from './a-refused-token-leads-to-the-metadata-again.ts';
import { check as aTokenForAnotherServerIsRefused } from './a-token-for-another-server-is-refused.ts';
import { check as aTokenInTheBodyOpensNothing } from './a-token-in-the-body-opens-nothing.ts';
import { check as aTokenInTheQueryOpensNothing } from './a-token-in-the-query-opens-nothing.ts';
import { check as aTokenWithItsOwnKeyIsRefused } from './a-token-with-its-own-key-is-refused.ts';
import { check as anEmptyTokenIsRefused } from './an-empty-token-is-refused.ts';
import { check as anExpiredForgeryIsRefused } from './an-expired-forgery-is-refused.ts';
import { check as anHmacTokenIsRefused } from './an-hmac-token-is-refused.ts';
import { check as anUnsignedTokenIsRefused } from './an-unsigned-token-is-refused.ts';
import { check as anotherSchemeIsChallenged } from './another-scheme-is-challenged.ts';
import { check as garbageIsRefused } from './garbage-is-refused.ts';
import { check as threeRandomPartsAreRefused } from './three-random-parts-are-refused.ts';
import { check as twoTokensAreRefused } from './two-tokens-are-refused.ts';
import { check as whatBelongsToOneTenantIsClosedToAnother } from './what-belongs-to-one-tenant-is-closed-to-another.ts';

export const accessToken: CheckGroup = {
  id: 'access-token',
  title: 'Access tokens that must not open anything',
  checks: [
    aHugeTokenIsRefusedCleanly,
    aRefusedTokenIsCalledInvalid,
    aRefusedTokenLeadsToTheMetadataAgain,
    aTokenForAnotherServerIsRefused,
    aTokenInTheBodyOpensNothing,
    aTokenInTheQueryOpensNothing,
    aTokenWithItsOwnKeyIsRefused,
    anEmptyTokenIsRefused,
    anExpiredForgeryIsRefused,
    anHmacTokenIsRefused,
    anUnsignedTokenIsRefused,
    anotherSchemeIsChallenged,
    garbageIsRefused,
    threeRandomPartsAreRefused,
    twoTokensAreRefused,
    whatBelongsToOneTenantIsClosedToAnother,
  ],
};
