/** From where a host can be reached: its own machine or link, a private network, or everywhere. */
export type HostReach = 'local' | 'private' | 'public';

/**
 * What no public host has, as the WHATWG URL parser writes it: the special-purpose addresses of IANA (RFC 6890), and the
 * top-level domains that public DNS never delegates (RFC 6761, 6762 and 8375, ICANN's `internal`, and RFC 6762, appendix G).
 */
const hosts: readonly (readonly [HostReach, RegExp])[] = [
  ['local', /^(.*\.)?localhost\.?$/],
  ['local', /\.invalid\.?$/],
  ['local', /^(0|127)(\.\d+){3}$/],
  ['local', /^169\.254(\.\d+){2}$/],
  ['local', /^\[::1?\]$/],
  ['local', /^\[fe[89ab][\da-f]:/],
  ['private', /^10(\.\d+){3}$/],
  ['private', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])(\.\d+){2}$/],
  ['private', /^172\.(1[6-9]|2\d|3[01])(\.\d+){2}$/],
  ['private', /^192\.168(\.\d+){2}$/],
  ['private', /^\[f[cd][\da-f]{2}:/],
  ['private', /\.(local|internal|intranet|private|home|lan|corp|arpa)\.?$/],
];

/**
 * @param hostname of a `URL`, which writes decimal, octal, hexadecimal and shortened IPv4 addresses in dotted form, and
 *   IPv6 addresses in brackets and in their shortest form
 */
export function hostReach(hostname: string): HostReach {
  const host = mappedIpv4(hostname) ?? hostname;
  return hosts.find(([, pattern]) => pattern.test(host))?.[0] ?? 'public';
}

/** @returns the IPv4 address in an IPv4-mapped IPv6 address: 10.1.2.3 in `[::ffff:a01:203]` */
function mappedIpv4(hostname: string): string | undefined {
  const groups = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(hostname)?.slice(1);
  return groups
    ?.map((group) => Number.parseInt(group, 16))
    .map((pair) => `${pair >> 8}.${pair & 255}`)
    .join('.');
}
