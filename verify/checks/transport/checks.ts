import type { CheckGroup } from '../../check.ts';
import { check as aBatchIsNoWayInForModernClients } from './a-batch-is-no-way-in-for-modern-clients.ts';
import { check as aDeleteEndsNothingThatNeverBegan } from './a-delete-ends-nothing-that-never-began.ts';
import { check as aGetIsAStreamOr405 } from './a-get-is-a-stream-or-405.ts';
import { check as aHarmlessToolCanBeCalled } from './a-harmless-tool-can-be-called.ts';
import { check as aHarmlessToolCanBeCalledTheModernWay } from './a-harmless-tool-can-be-called-the-modern-way.ts';
import { check as aLyingMethodHeaderIsRefused } from './a-lying-method-header-is-refused.ts';
import { check as aLyingNameHeaderIsRefused } from './a-lying-name-header-is-refused.ts';
import { check as aLyingVersionHeaderIsRefused } from './a-lying-version-header-is-refused.ts';
import { check as aNotificationIsAcceptedWithoutABody } from './a-notification-is-accepted-without-a-body.ts';
import { check as aSessionIdCannotBeGuessed } from './a-session-id-cannot-be-guessed.ts';
import { check as anUnknownLegacyRevisionIsRefused } from './an-unknown-legacy-revision-is-refused.ts';
import { check as anUnknownMethodIs404ForModernClients } from './an-unknown-method-is-404-for-modern-clients.ts';
import { check as anUnknownMethodIsAnErrorForOlderClients } from './an-unknown-method-is-an-error-for-older-clients.ts';
import { check as anUnknownModernRevisionIsRefusedByName } from './an-unknown-modern-revision-is-refused-by-name.ts';
import { check as anUnknownRevisionIsNegotiated } from './an-unknown-revision-is-negotiated.ts';
import { check as anotherContentTypeIsRefused } from './another-content-type-is-refused.ts';
import { check as brokenJsonIsRefused } from './broken-json-is-refused.ts';
import { check as listsThatNeedATokenArePrivate } from './lists-that-need-a-token-are-private.ts';
import { check as modernRequestsGetNoSession } from './modern-requests-get-no-session.ts';
import { check as streamsAreNotBufferedOrKept } from './streams-are-not-buffered-or-kept.ts';
import { check as theAccessTokenOpensTheServer } from './the-access-token-opens-the-server.ts';
import { check as theFirstByteComesSoon } from './the-first-byte-comes-soon.ts';
import { check as theHandshakeIsAnswered } from './the-handshake-is-answered.ts';
import { check as theModernEraIsDiscovered } from './the-modern-era-is-discovered.ts';
import { check as theOldestHandshakeIsAnswered } from './the-oldest-handshake-is-answered.ts';
import { check as theToolListIsStable } from './the-tool-list-is-stable.ts';
import { check as toolsAreListedForModernClients } from './tools-are-listed-for-modern-clients.ts';
import { check as toolsAreListedForOlderClients } from './tools-are-listed-for-older-clients.ts';

export const transport: CheckGroup = {
  id: 'transport',
  title: 'Transport, both protocol eras',
  checks: [
    aBatchIsNoWayInForModernClients,
    aDeleteEndsNothingThatNeverBegan,
    aGetIsAStreamOr405,
    aHarmlessToolCanBeCalledTheModernWay,
    aHarmlessToolCanBeCalled,
    aLyingMethodHeaderIsRefused,
    aLyingNameHeaderIsRefused,
    aLyingVersionHeaderIsRefused,
    aNotificationIsAcceptedWithoutABody,
    aSessionIdCannotBeGuessed,
    anUnknownLegacyRevisionIsRefused,
    anUnknownMethodIs404ForModernClients,
    anUnknownMethodIsAnErrorForOlderClients,
    anUnknownModernRevisionIsRefusedByName,
    anUnknownRevisionIsNegotiated,
    anotherContentTypeIsRefused,
    brokenJsonIsRefused,
    listsThatNeedATokenArePrivate,
    modernRequestsGetNoSession,
    streamsAreNotBufferedOrKept,
    theAccessTokenOpensTheServer,
    theFirstByteComesSoon,
    theHandshakeIsAnswered,
    theModernEraIsDiscovered,
    theOldestHandshakeIsAnswered,
    theToolListIsStable,
    toolsAreListedForModernClients,
    toolsAreListedForOlderClients,
  ],
};
