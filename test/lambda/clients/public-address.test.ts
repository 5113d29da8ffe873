import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../lambda/authorization-server/clients/public-address.ts';

const refused: readonly (readonly [address: string, what: string])[] = [
  ['0.0.0.0', 'this host'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.1', 'private'],
  ['10.255.255.255', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.0.1', 'private'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['169.254.0.1', 'link-local'],
  ['169.254.169.254', 'the metadata of an EC2 instance'],
  ['169.254.170.2', 'the credentials of an ECS task'],
  ['169.254.169.253', 'the name server of a VPC'],
  ['100.64.0.1', 'shared by a carrier'],
  ['100.127.255.255', 'shared by a carrier'],
  ['100.100.100.200', 'the metadata of another cloud'],
  ['192.0.0.1', 'IETF protocol assignments'],
  ['192.0.0.192', 'the metadata of another cloud'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['198.18.0.1', 'benchmarking'],
  ['198.19.255.255', 'benchmarking'],
  ['192.88.99.1', 'a 6to4 relay'],
  ['192.31.196.1', 'AS112'],
  ['192.52.193.1', 'AMT'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['0:0:0:0:0:0:0:1', 'loopback, written out'],
  ['::ffff:127.0.0.1', 'mapped loopback'],
  ['::ffff:7f00:1', 'mapped loopback in hexadecimal'],
  ['::ffff:10.0.0.1', 'mapped private'],
  ['::ffff:169.254.169.254', 'mapped metadata'],
  ['::ffff:8.8.8.8', 'mapped public: nobody publishes it, so it is a trick'],
  ['::127.0.0.1', 'compatible loopback'],
  ['::7f00:1', 'compatible loopback in hexadecimal'],
  ['::a9fe:a9fe', 'compatible metadata'],
  ['::ffff:0:127.0.0.1', 'translated loopback (RFC 2765)'],
  ['64:ff9b::7f00:1', 'NAT64 of loopback'],
  ['64:ff9b::169.254.169.254', 'NAT64 of metadata'],
  ['64:ff9b::808:808', 'NAT64 of a public address'],
  ['64:ff9b:1::a00:1', 'local NAT64 of private'],
  ['2002:7f00:1::', '6to4 of loopback'],
  ['2002:a9fe:a9fe::1', '6to4 of metadata'],
  ['2002:808:808::1', '6to4 of a public address'],
  ['2001::1', 'Teredo'],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'Teredo'],
  ['fc00::1', 'unique-local'],
  ['fd00::1', 'unique-local'],
  ['fd00:ec2::254', 'the metadata of an EC2 instance'],
  ['fd00:ec2::23', 'the credentials of an EKS pod'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with an interface'],
  ['febf::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['ff02::1', 'multicast'],
  ['100::1', 'discard'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['2001:2::1', 'benchmarking'],
  ['2001:10::1', 'ORCHID'],
  ['2001:20::1', 'ORCHIDv2'],
  ['2620:4f:8000::1', 'AS112'],
  ['5f00::1', 'segment routing'],
  ['4000::1', 'not assigned to anybody'],
];

const notCanonical = [
  ...['', ' ', 'localhost', 'example.com', '127.1', '2130706433', '0x7f000001', '017700000001'],
  ...[
    '010.0.0.1',
    '0177.0.0.1',
    '8.8.8.8 ',
    ' 8.8.8.8',
    '8.8.8',
    '8.8.8.8.8',
    '256.1.1.1',
    '8.8.8.-1',
  ],
  ...[
    '8.8.8.8/32',
    '8.8.8.8:443',
    '[2606:4700::1111]',
    '2606:4700::1111%1',
    '2606:4700::g',
    ':',
    ':::',
  ],
  ...['８.8.8.8', '8。8。8。8', '8.8.8.8\n', '8.8.8.8\0'],
];

/** A second opinion, from the registry of RFC 6890 and the filter that Node.js has. */
const special = new BlockList();
for (const [network, prefix] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
  ] as const),
  ...([
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
  ] as const),
  ...([
    ['192.31.196.0', 24],
    ['192.52.193.0', 24],
    ['192.88.99.0', 24],
  ] as const),
  ...([
    ['192.168.0.0', 16],
    ['192.175.48.0', 24],
    ['198.18.0.0', 15],
  ] as const),
  ...([
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
] as const)
  special.addSubnet(network, prefix);

const hextets = (bytes: readonly number[]): string => {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

// Half of the runs near the special networks: a random address is almost never in one.
const ipv4Bytes = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
  fc.tuple(
    fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240),
    fc.constantFrom(0, 16, 18, 31, 51, 52, 64, 88, 168, 175, 254),
    fc.constantFrom(0, 2, 48, 99, 100, 113, 193, 196),
    fc.nat(255),
  ),
);

describe('which addresses a document may be fetched from', () => {
  it.each(refused)('refuses %s, because it is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(notCanonical)(
    'refuses %j, because a resolver never spells an address like that',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );

  it.each([
    ...['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.15.255.255', '172.32.0.0', '100.63.255.255'],
    ...['100.128.0.0', '169.253.255.255', '192.0.1.1', '198.17.255.255', '223.255.255.255'],
    ...['2606:4700::1111', '2600:1f18::1', '2a00:1450:4001::200e', '2001:4860:4860::8888'],
  ])('accepts %s, because anybody may publish there', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it('agrees with the registry of RFC 6890 about every IPv4 address', () => {
    fc.assert(
      fc.property(ipv4Bytes, (bytes) => {
        const address = bytes.join('.');
        expect(isPublicAddress(address)).toBe(!special.check(address));
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses every IPv6 form that carries an IPv4 address, because a gateway would unwrap it', () => {
    fc.assert(
      fc.property(ipv4Bytes, (bytes) => {
        const address = bytes.join('.');
        for (const prefix of ['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::'])
          expect(isPublicAddress(prefix + address)).toBe(false);
        expect(isPublicAddress(`2002:${hextets(bytes)}::1`)).toBe(false);
        expect(isPublicAddress(`2001:0:${hextets(bytes)}::1`)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never throws, because a name server sends what it likes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV6(), fc.ipV4Extended()), (text) => {
        expect(typeof isPublicAddress(text)).toBe('boolean');
      }),
    );
  });
});
