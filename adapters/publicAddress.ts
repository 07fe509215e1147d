import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { GateloopError } from '../core/errors.ts';

/** Finds all addresses of a name. Tests replace it. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveAll: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true });

/**
 * The addresses that are not globally reachable: IANA's special-purpose registries (RFC 6890), multicast, and the IPv6
 * ranges that carry an IPv4 address, through which a private one could be reached. `BlockList` reads an IPv4-mapped IPv6
 * address as the IPv4 address in it.
 */
const notPublic: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
];

const blocked = new BlockList();
for (const [network, prefix] of notPublic)
  blocked.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');

/**
 * Resolves the host of a URL that a stranger chose. The connection has to go to the address that is returned: a second
 * lookup may give another one (DNS rebinding).
 *
 * @param hostname of a `URL`
 * @throws GateloopError `AddressNotPublic` where any of its addresses is not public
 */
export async function publicAddress(hostname: string, resolve: Resolve = resolveAll): Promise<LookupAddress> {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  const addresses = family === 0 ? await resolve(hostname) : [{ address: literal, family }];
  const [first] = addresses;
  if (first === undefined || !addresses.every(isPublic))
    throw new GateloopError(
      'AddressNotPublic',
      `The host ${hostname} has an address that is not public. Use a server that is reachable from the internet.`,
      { details: { hostname } },
    );
  return first;
}

function isPublic({ address, family }: LookupAddress): boolean {
  // An address with a zone, such as fe80::1%eth0, belongs to a link.
  return (
    isIP(address) === family &&
    !address.includes('%') &&
    !blocked.check(address, family === 6 ? 'ipv6' : 'ipv4')
  );
}
