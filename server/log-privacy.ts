import { createHmac, createSecretKey } from 'node:crypto';
import type { LogPrivacy } from '../oauth/event-details.ts';
import { type AddressLogging, createLogPrivacy } from '../oauth/log-privacy.ts';

const hmacWith = (text: string): ((value: string) => string) => {
  // A key object: Node 24 looks twice at anything else, which costs four times the hash.
  const key = createSecretKey(Buffer.from(text));
  return (value) => createHmac('sha256', key).update(value).digest('hex');
};

/** Pseudonyms under the key of this deployment, which every component shares. */
export const logPrivacyWith = (key: string | undefined, addresses?: AddressLogging): LogPrivacy =>
  createLogPrivacy({ ...(key && { hmac: hmacWith(key) }), ...(addresses && { addresses }) });
