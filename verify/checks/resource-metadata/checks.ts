import type { CheckGroup } from '../../check.ts';
import { check as anAuthorizationServerIsNamed } from './an-authorization-server-is-named.ts';
import { check as bothFormsNameTheSameResource } from './both-forms-name-the-same-resource.ts';
import { check as offlineAccessIsNotAScopeOfTheResource } from './offline-access-is-not-a-scope-of-the-resource.ts';
import { check as theAuthorizationServerIsReachedOverHttps } from './the-authorization-server-is-reached-over-https.ts';
import { check as thePathFormIsServed } from './the-path-form-is-served.ts';
import { check as theResourceCoversTheAddress } from './the-resource-covers-the-address.ts';
import { check as theResourceDocumentIsJson } from './the-resource-document-is-json.ts';
import { check as theResourceIsTheAddressOfTheServer } from './the-resource-is-the-address-of-the-server.ts';
import { check as theRootFormIsServed } from './the-root-form-is-served.ts';
import { check as theScopesAreListed } from './the-scopes-are-listed.ts';
import { check as tokensAreTakenFromTheHeaderOnly } from './tokens-are-taken-from-the-header-only.ts';

export const resourceMetadata: CheckGroup = {
  id: 'resource-metadata',
  title: 'Protected-resource metadata',
  checks: [
    anAuthorizationServerIsNamed,
    bothFormsNameTheSameResource,
    offlineAccessIsNotAScopeOfTheResource,
    theAuthorizationServerIsReachedOverHttps,
    thePathFormIsServed,
    theResourceCoversTheAddress,
    theResourceDocumentIsJson,
    theResourceIsTheAddressOfTheServer,
    theRootFormIsServed,
    theScopesAreListed,
    tokensAreTakenFromTheHeaderOnly,
  ],
};
