import type { LogPrivacy } from './event-details.ts';
import { remembering } from './remembering.ts';

/**
 * What the log says instead of an identifier, and how much of an address. An identifier that could
 * be looked up elsewhere (jti, origin_jti, grant ids, handles) is replaced by a keyed hash: the same
 * value gives the same hash in every component, so that events join, and without the key nobody can
 * tell which value it was.
 */

export type AddressLogging = 'full' | 'network';

/** 64 bits: among a billion identifiers the chance that two meet is one in forty. */
const pseudonymLength = 16;
const rememberedPseudonyms = 5_000;

/** The first `count` groups of an IPv6 address, written out. */
const leadingGroups = (address: string, count: number): readonly string[] => {
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, count);
};

/** The /24 of an IPv4 address, the /48 of an IPv6 address, as an address. */
export const networkOf = (address: string): string =>
  address.includes(':')
    ? `${leadingGroups(address, 3).join(':')}::`
    : `${address.split('.').slice(0, 3).join('.')}.0`;

export interface LogPrivacyParts {
  /** HMAC-SHA-256 under the key of the deployment, hexadecimal. @default - there is no key */
  readonly hmac?: (value: string) => string;
  /** @default 'full' */
  readonly addresses?: AddressLogging;
}

/**
 * Guarantees: equal values give equal pseudonyms of 16 hexadecimal digits, and the values themselves
 * are remembered only in memory, at most ten thousand of them.
 * Does not hide that two events are about the same value: that is what it is for.
 *
 * @see [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)
 * @example
 * const privacy = createLogPrivacy({ hmac: (value) => createHmac('sha256', key).update(value).digest('hex') });
 */
export const createLogPrivacy = ({ hmac, addresses = 'full' }: LogPrivacyParts): LogPrivacy => ({
  ...(hmac && {
    pseudonym: remembering(rememberedPseudonyms, (value) => hmac(value).slice(0, pseudonymLength)),
  }),
  address: addresses === 'full' ? (address) => address : networkOf,
});

/** Says which key is in use without saying the key: a rotation shows as a change of this mark. */
export const keyMark = ({ pseudonym }: LogPrivacy): { readonly pseudonymKey?: string } =>
  pseudonym ? { pseudonymKey: pseudonym('mark of the key of the security log') } : {};
