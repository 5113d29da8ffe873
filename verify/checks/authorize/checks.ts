import type { CheckGroup } from '../../check.ts';
import { check as aLoopbackRedirectKeepsItsPath } from './a-loopback-redirect-keeps-its-path.ts';
import { check as aLoopbackRedirectMayUseAnyPort } from './a-loopback-redirect-may-use-any-port.ts';
import { check as aPersonIsAskedBeforeAnyoneElse } from './a-person-is-asked-before-anyone-else.ts';
import { check as aRequestWithoutAResourceGoesOn } from './a-request-without-a-resource-goes-on.ts';
import { check as aRequestWithoutPkceIsRefused } from './a-request-without-pkce-is-refused.ts';
import { check as anErrorKeepsTheState } from './an-error-keeps-the-state.ts';
import { check as anErrorNamesItsIssuer } from './an-error-names-its-issuer.ts';
import { check as anHonestRequestGoesOn } from './an-honest-request-goes-on.ts';
import { check as anUnknownClientIsNotSentAnywhere } from './an-unknown-client-is-not-sent-anywhere.ts';
import { check as anUnregisteredRedirectIsNotUsed } from './an-unregistered-redirect-is-not-used.ts';
import { check as anotherResourceIsRefused } from './another-resource-is-refused.ts';
import { check as plainPkceIsRefused } from './plain-pkce-is-refused.ts';
import { check as redirectsAreComparedExactly } from './redirects-are-compared-exactly.ts';
import { check as repeatedParametersAreRefused } from './repeated-parameters-are-refused.ts';
import { check as theDefaultChallengeMethodIsRefused } from './the-default-challenge-method-is-refused.ts';
import { check as theImplicitResponseIsRefused } from './the-implicit-response-is-refused.ts';
import { check as thePageCannotBeFramed } from './the-page-cannot-be-framed.ts';
import { check as thePageDoesNotRunWhatAClientCallsItself } from './the-page-does-not-run-what-a-client-calls-itself.ts';
import { check as thePageIsNotCacheable } from './the-page-is-not-cacheable.ts';
import { check as thePageSaysWhoAsksAndWhereTheAnswerGoes } from './the-page-says-who-asks-and-where-the-answer-goes.ts';

export const authorize: CheckGroup = {
  id: 'authorize',
  title: 'Authorization requests: PKCE, redirects, consent',
  checks: [
    aLoopbackRedirectKeepsItsPath,
    aLoopbackRedirectMayUseAnyPort,
    aPersonIsAskedBeforeAnyoneElse,
    aRequestWithoutAResourceGoesOn,
    aRequestWithoutPkceIsRefused,
    anErrorKeepsTheState,
    anErrorNamesItsIssuer,
    anHonestRequestGoesOn,
    anUnknownClientIsNotSentAnywhere,
    anUnregisteredRedirectIsNotUsed,
    anotherResourceIsRefused,
    plainPkceIsRefused,
    redirectsAreComparedExactly,
    repeatedParametersAreRefused,
    theDefaultChallengeMethodIsRefused,
    theImplicitResponseIsRefused,
    thePageCannotBeFramed,
    thePageDoesNotRunWhatAClientCallsItself,
    thePageIsNotCacheable,
    thePageSaysWhoAsksAndWhereTheAnswerGoes,
  ],
};
