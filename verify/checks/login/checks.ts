import type { CheckGroup } from '../../check.ts';
import { check as aChallengeRepeatsTheScopesThatWereGranted } from './a-challenge-repeats-the-scopes-that-were-granted.ts';
import { check as aCodeBelongsToItsClient } from './a-code-belongs-to-its-client.ts';
import { check as aCodeBelongsToItsRedirect } from './a-code-belongs-to-its-redirect.ts';
import { check as aCodeWithoutAVerifierGetsNothing } from './a-code-without-a-verifier-gets-nothing.ts';
import { check as aCodeWorksOnce } from './a-code-works-once.ts';
import { check as aPersonCanSayNo } from './a-person-can-say-no.ts';
import { check as aPersonCanSignIn } from './a-person-can-sign-in.ts';
import { check as aRefreshCannotWidenTheScope } from './a-refresh-cannot-widen-the-scope.ts';
import { check as aRefreshRotatesTheToken } from './a-refresh-rotates-the-token.ts';
import { check as aRefreshTokenBelongsToItsClient } from './a-refresh-token-belongs-to-its-client.ts';
import { check as aRefreshTokenIsHandedOut } from './a-refresh-token-is-handed-out.ts';
import { check as aReplayedCodeEndsWhatItGave } from './a-replayed-code-ends-what-it-gave.ts';
import { check as aRevokedTokenIsDead } from './a-revoked-token-is-dead.ts';
import { check as aSecondClientIsAskedAboutAgain } from './a-second-client-is-asked-about-again.ts';
import { check as aUsedRefreshTokenIsRefused } from './a-used-refresh-token-is-refused.ts';
import { check as aWrongVerifierGetsNothing } from './a-wrong-verifier-gets-nothing.ts';
import { check as reuseEndsTheWholeGrant } from './reuse-ends-the-whole-grant.ts';
import { check as theAnswerNamesItsIssuer } from './the-answer-names-its-issuer.ts';
import { check as theStateComesBackUnchanged } from './the-state-comes-back-unchanged.ts';
import { check as theTokenAnswerIsComplete } from './the-token-answer-is-complete.ts';
import { check as theTokenAnswerIsNotCacheable } from './the-token-answer-is-not-cacheable.ts';
import { check as theTokenLastsADayAtMost } from './the-token-lasts-a-day-at-most.ts';
import { check as theTokenOpensTheServer } from './the-token-opens-the-server.ts';
import { check as tooLittleScopeDoesNothing } from './too-little-scope-does-nothing.ts';
import { check as tooLittleScopeIsNamed } from './too-little-scope-is-named.ts';

export const login: CheckGroup = {
  id: 'login',
  title: 'A whole login',
  checks: [
    aChallengeRepeatsTheScopesThatWereGranted,
    aCodeBelongsToItsClient,
    aCodeBelongsToItsRedirect,
    aCodeWithoutAVerifierGetsNothing,
    aCodeWorksOnce,
    aPersonCanSayNo,
    aPersonCanSignIn,
    aRefreshCannotWidenTheScope,
    aRefreshRotatesTheToken,
    aRefreshTokenBelongsToItsClient,
    aRefreshTokenIsHandedOut,
    aReplayedCodeEndsWhatItGave,
    aRevokedTokenIsDead,
    aSecondClientIsAskedAboutAgain,
    aUsedRefreshTokenIsRefused,
    aWrongVerifierGetsNothing,
    reuseEndsTheWholeGrant,
    theAnswerNamesItsIssuer,
    theStateComesBackUnchanged,
    theTokenAnswerIsComplete,
    theTokenAnswerIsNotCacheable,
    theTokenLastsADayAtMost,
    theTokenOpensTheServer,
    tooLittleScopeDoesNothing,
    tooLittleScopeIsNamed,
  ],
};
