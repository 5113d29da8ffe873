import type { CheckGroup } from '../../check.ts';
import { check as aPreflightNeedsNoToken } from './a-preflight-needs-no-token.ts';
import { check as noOriginMayUseCookies } from './no-origin-may-use-cookies.ts';
import { check as scriptsMayReadTheChallenge } from './scripts-may-read-the-challenge.ts';
import { check as scriptsMayReadTheResourceMetadata } from './scripts-may-read-the-resource-metadata.ts';
import { check as scriptsMayReadTheServerMetadata } from './scripts-may-read-the-server-metadata.ts';
import { check as scriptsMayRedeemACode } from './scripts-may-redeem-a-code.ts';
import { check as scriptsMayRegister } from './scripts-may-register.ts';
import { check as theResourceMetadataMayBeAskedForWithTheProtocolHeader } from './the-resource-metadata-may-be-asked-for-with-the-protocol-header.ts';
import { check as theServerMetadataMayBeAskedForWithTheProtocolHeader } from './the-server-metadata-may-be-asked-for-with-the-protocol-header.ts';

export const cors: CheckGroup = {
  id: 'cors',
  title: 'Clients in a browser',
  checks: [
    aPreflightNeedsNoToken,
    noOriginMayUseCookies,
    scriptsMayReadTheChallenge,
    scriptsMayReadTheResourceMetadata,
    scriptsMayReadTheServerMetadata,
    scriptsMayRedeemACode,
    scriptsMayRegister,
    theResourceMetadataMayBeAskedForWithTheProtocolHeader,
    theServerMetadataMayBeAskedForWithTheProtocolHeader,
  ],
};
