import type { CheckGroup } from '../../check.ts';
import { check as aChallengeComesWithA401Only } from './a-challenge-comes-with-a-401-only.ts';
import { check as aMissingTokenIsNoInvalidToken } from './a-missing-token-is-no-invalid-token.ts';
import { check as aRefusalIsNotAWebPage } from './a-refusal-is-not-a-web-page.ts';
import { check as aRefusalIsNotCacheable } from './a-refusal-is-not-cacheable.ts';
import { check as anUnauthenticatedRequestIsAnsweredWith401 } from './an-unauthenticated-request-is-answered-with-401.ts';
import { check as bothProtocolErasAreChallengedAlike } from './both-protocol-eras-are-challenged-alike.ts';
import { check as discoveryIsQuick } from './discovery-is-quick.ts';
import { check as noMethodIsOpenWithoutAToken } from './no-method-is-open-without-a-token.ts';
import { check as the401CarriesABearerChallenge } from './the-401-carries-a-bearer-challenge.ts';
import { check as theChallengeDoesNotAskForOfflineAccess } from './the-challenge-does-not-ask-for-offline-access.ts';
import { check as theChallengeLeadsToTheMetadata } from './the-challenge-leads-to-the-metadata.ts';
import { check as theChallengeNamesTheMetadataDocument } from './the-challenge-names-the-metadata-document.ts';
import { check as theChallengeNamesTheScopesToAskFor } from './the-challenge-names-the-scopes-to-ask-for.ts';
import { check as theChallengeStaysOnThisHost } from './the-challenge-stays-on-this-host.ts';

export const discovery: CheckGroup = {
  id: 'discovery',
  title: 'Discovery: what every client does first',
  checks: [
    aChallengeComesWithA401Only,
    aMissingTokenIsNoInvalidToken,
    aRefusalIsNotAWebPage,
    aRefusalIsNotCacheable,
    anUnauthenticatedRequestIsAnsweredWith401,
    bothProtocolErasAreChallengedAlike,
    discoveryIsQuick,
    noMethodIsOpenWithoutAToken,
    the401CarriesABearerChallenge,
    theChallengeDoesNotAskForOfflineAccess,
    theChallengeLeadsToTheMetadata,
    theChallengeNamesTheMetadataDocument,
    theChallengeNamesTheScopesToAskFor,
    theChallengeStaysOnThisHost,
  ],
};
