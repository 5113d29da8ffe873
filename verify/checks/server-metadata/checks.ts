import type { CheckGroup } from '../../check.ts';
import { check as clientsCanBringAMetadataDocument } from './clients-can-bring-a-metadata-document.ts';
import { check as clientsCanRegisterThemselves } from './clients-can-register-themselves.ts';
import { check as everyEndpointIsHttps } from './every-endpoint-is-https.ts';
import { check as itDoesNotDependOnTheProtocolHeader } from './it-does-not-depend-on-the-protocol-header.ts';
import { check as itIsFoundWhereClientsLook } from './it-is-found-where-clients-look.ts';
import { check as listedChallengeMethodsIncludeS256 } from './listed-challenge-methods-include-s256.ts';
import { check as obsoleteGrantsAreNotAdvertised } from './obsolete-grants-are-not-advertised.ts';
import { check as offlineAccessIsNotAdvertised } from './offline-access-is-not-advertised.ts';
import { check as plainIsNotAdvertised } from './plain-is-not-advertised.ts';
import { check as publicClientsAreWelcome } from './public-clients-are-welcome.ts';
import { check as refreshIsOffered } from './refresh-is-offered.ts';
import { check as revocationIsOffered } from './revocation-is-offered.ts';
import { check as s256IsAdvertised } from './s256-is-advertised.ts';
import { check as theCodeResponseTypeIsListed } from './the-code-response-type-is-listed.ts';
import { check as theEndpointsAreNamed } from './the-endpoints-are-named.ts';
import { check as theFirstPlaceAnswers } from './the-first-place-answers.ts';
import { check as theIssuerIsExactlyTheExpectedOne } from './the-issuer-is-exactly-the-expected-one.ts';
import { check as theOpenidPlaceAnswersCleanly } from './the-openid-place-answers-cleanly.ts';
import { check as theResponseNamesItsIssuer } from './the-response-names-its-issuer.ts';
import { check as theServerDocumentIsJson } from './the-server-document-is-json.ts';

export const serverMetadata: CheckGroup = {
  id: 'server-metadata',
  title: 'Authorization-server metadata',
  checks: [
    clientsCanBringAMetadataDocument,
    clientsCanRegisterThemselves,
    everyEndpointIsHttps,
    itDoesNotDependOnTheProtocolHeader,
    itIsFoundWhereClientsLook,
    listedChallengeMethodsIncludeS256,
    obsoleteGrantsAreNotAdvertised,
    offlineAccessIsNotAdvertised,
    plainIsNotAdvertised,
    publicClientsAreWelcome,
    refreshIsOffered,
    revocationIsOffered,
    s256IsAdvertised,
    theCodeResponseTypeIsListed,
    theEndpointsAreNamed,
    theFirstPlaceAnswers,
    theIssuerIsExactlyTheExpectedOne,
    theOpenidPlaceAnswersCleanly,
    theResponseNamesItsIssuer,
    theServerDocumentIsJson,
  ],
};
