import ipaddr from 'ipaddr.js';

// RFC 4291 §2.4: everything assigned so far as global unicast. Outside it `ipaddr.js` still calls
// some addresses unicast, such as the IPv4-compatible `::7f00:1`.
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address, in the canonical spelling that a resolver gives, is public unicast. Refuses
 * everything else: private, loopback, link-local (169.254.169.254 is the instance metadata of AWS),
 * unique-local (fd00:ec2::254 likewise), shared, multicast, documentation, reserved, and every IPv6
 * form that carries an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo), whatever it carries:
 * a gateway would unwrap it after this check. What is not an address is not public.
 *
 * Does not check whether the address belongs to us: a public load balancer of ours is public.
 *
 * @see [RFC 6890](https://www.rfc-editor.org/rfc/rfc6890)
 */
export const isPublicAddress = (address: string): boolean => {
  // `010.0.0.1` is 8.0.0.1 to one parser and 10.0.0.1 to another.
  if (ipaddr.IPv4.isValidFourPartDecimal(address))
    return ipaddr.IPv4.parse(address).range() === 'unicast';
  // A zone (`fe80::1%eth0`) names an interface of this machine.
  if (address.includes('%') || !ipaddr.IPv6.isValid(address)) return false;
  const parsed = ipaddr.IPv6.parse(address);
  return parsed.match(globalUnicast) && parsed.range() === 'unicast';
};
