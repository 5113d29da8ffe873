import type { CheckGroup } from '../../check.ts';
import { check as browsersAreToldToStayOnHttps } from './browsers-are-told-to-stay-on-https.ts';
import { check as cookiesAreOutOfReachOfScripts } from './cookies-are-out-of-reach-of-scripts.ts';
import { check as cookiesBelongToThisHostAlone } from './cookies-belong-to-this-host-alone.ts';
import { check as metadataIsNotSniffed } from './metadata-is-not-sniffed.ts';
import { check as nothingTellsItsVersion } from './nothing-tells-its-version.ts';
import { check as oldTlsIsRefused } from './old-tls-is-refused.ts';
import { check as pagesCarryAContentSecurityPolicy } from './pages-carry-a-content-security-policy.ts';
import { check as plainHttpServesNothing } from './plain-http-serves-nothing.ts';
import { check as theCertificateLastsTwoWeeksMore } from './the-certificate-lasts-two-weeks-more.ts';

export const headers: CheckGroup = {
  id: 'headers',
  title: 'TLS and security headers',
  checks: [
    browsersAreToldToStayOnHttps,
    cookiesAreOutOfReachOfScripts,
    cookiesBelongToThisHostAlone,
    metadataIsNotSniffed,
    nothingTellsItsVersion,
    oldTlsIsRefused,
    pagesCarryAContentSecurityPolicy,
    plainHttpServesNothing,
    theCertificateLastsTwoWeeksMore,
  ],
};
