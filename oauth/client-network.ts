/** Which network an address belongs to. Pure text work: addresses come from the edge, well-formed. */

const mappedIpv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The first groups of an IPv6 address, without leading zeros. */
const firstGroups = (address: string, count: number): string => {
  const [left = '', right] = address.toLowerCase().split('::');
  const groups = left === '' ? [] : left.split(':');
  const after = right ? right.split(':') : [];
  const missing = right === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  return [...groups, ...Array.from({ length: missing }, () => '0'), ...after]
    .slice(0, count)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
};

/** An IPv4 address that is written as IPv6, in its own form. */
export const plainAddress = (address: string): string =>
  address.startsWith('::') ? (mappedIpv4.exec(address)?.[1] ?? address) : address;

/** One customer of a network: an IPv4 address, or an IPv6 /64, which is what one gets (RFC 6177). */
export const customerOf = (address: string): string => {
  const one = plainAddress(address);
  return one.includes(':') ? firstGroups(one, 4) : one;
};

/** One place on the internet: an IPv4 /24 or an IPv6 /48. */
export const siteOf = (address: string): string => {
  const one = plainAddress(address);
  if (one.includes(':')) return firstGroups(one, 3);
  const end = one.lastIndexOf('.');
  return end < 0 ? one : one.slice(0, end);
};
