import type { CheckGroup } from '../../check.ts';
import { check as aDeadRefreshTokenIsAnInvalidGrant } from './a-dead-refresh-token-is-an-invalid-grant.ts';
import { check as aGetIsRefused } from './a-get-is-refused.ts';
import { check as anUnknownClientIsAnInvalidClient } from './an-unknown-client-is-an-invalid-client.ts';
import { check as anUnknownCodeIsAnInvalidGrant } from './an-unknown-code-is-an-invalid-grant.ts';
import { check as anUnknownGrantTypeIsNamedAsSuch } from './an-unknown-grant-type-is-named-as-such.ts';
import { check as anotherResourceIsRefusedHereToo } from './another-resource-is-refused-here-too.ts';
import { check as errorsAreJsonAndNotCacheable } from './errors-are-json-and-not-cacheable.ts';
import { check as revokingAnUnknownTokenSucceeds } from './revoking-an-unknown-token-succeeds.ts';

export const tokenEndpoint: CheckGroup = {
  id: 'token-endpoint',
  title: 'Token endpoint',
  checks: [
    aDeadRefreshTokenIsAnInvalidGrant,
    aGetIsRefused,
    anUnknownClientIsAnInvalidClient,
    anUnknownCodeIsAnInvalidGrant,
    anUnknownGrantTypeIsNamedAsSuch,
    anotherResourceIsRefusedHereToo,
    errorsAreJsonAndNotCacheable,
    revokingAnUnknownTokenSucceeds,
  ],
};
