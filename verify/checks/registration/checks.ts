import type { CheckGroup } from '../../check.ts';
import { check as aMalformedRegistrationIsRefusedCleanly } from './a-malformed-registration-is-refused-cleanly.ts';
import { check as aPublicClientGetsNoSecret } from './a-public-client-gets-no-secret.ts';
import { check as aRegistrationIsAnsweredWith201 } from './a-registration-is-answered-with-201.ts';
import { check as cursorMayRegisterItsThreeRedirects } from './cursor-may-register-its-three-redirects.ts';
import { check as hostedClientsMayRegister } from './hosted-clients-may-register.ts';
import { check as plainHttpRedirectsAreRefused } from './plain-http-redirects-are-refused.ts';
import { check as redirectsWithAFragmentAreRefused } from './redirects-with-a-fragment-are-refused.ts';
import { check as registeredTimesAreIntegers } from './registered-times-are-integers.ts';
import { check as scriptsAreNotRedirectTargets } from './scripts-are-not-redirect-targets.ts';
import { check as theAnswerIsNotCacheable } from './the-answer-is-not-cacheable.ts';
import { check as theAnswerSaysWhatWasRegistered } from './the-answer-says-what-was-registered.ts';
import { check as vsCodeMayRegisterItsFourRedirects } from './vs-code-may-register-its-four-redirects.ts';

export const registration: CheckGroup = {
  id: 'registration',
  title: 'Client registration',
  checks: [
    aMalformedRegistrationIsRefusedCleanly,
    aPublicClientGetsNoSecret,
    aRegistrationIsAnsweredWith201,
    cursorMayRegisterItsThreeRedirects,
    hostedClientsMayRegister,
    plainHttpRedirectsAreRefused,
    redirectsWithAFragmentAreRefused,
    registeredTimesAreIntegers,
    scriptsAreNotRedirectTargets,
    theAnswerIsNotCacheable,
    theAnswerSaysWhatWasRegistered,
    vsCodeMayRegisterItsFourRedirects,
  ],
};
