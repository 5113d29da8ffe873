import { createHmac } from 'node:crypto';
import type { LogPrivacy } from '../oauth/event-details.ts';
import { type AddressLogging, createLogPrivacy } from '../oauth/log-privacy.ts';

/** Pseudonyms under the key of this deployment, which every component shares. */
export const logPrivacyWith = (key: string | undefined, addresses?: AddressLogging): LogPrivacy =>
  createLogPrivacy({
    ...(key && { hmac: (value) => createHmac('sha256', key).update(value).digest('hex') }),
    ...(addresses && { addresses }),
  });
