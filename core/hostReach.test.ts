import { describe, expect, it } from 'vitest';
import { type HostReach, hostReach } from './hostReach.ts';

const hosts: Readonly<Record<HostReach, readonly string[]>> = {
  local: [
    ...['localhost', 'LOCALHOST', 'localhost.', 'api.localhost', 'api.localhost.', '0.0.0.0', '0.1.2.3'],
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', '169.254.169.254'],
    ...['[::]', '[::1]', '[0:0:0:0:0:0:0:1]', '[fe80::1]', '[febf::1]', '[::ffff:127.0.0.1]'],
    ...['[::ffff:a9fe:a9fe]', 'api.invalid'],
  ],
  private: [
    ...['10.0.0.0', '10.1.2.3', '10.255.255.255', '10.1.2.3.', '167838211', '0xa010203', '012.1.2.3', '10.1'],
    ...['100.64.0.0', '100.70.0.1', '100.99.0.1', '100.100.0.1', '100.119.0.1', '100.127.255.255'],
    ...['172.16.0.0', '172.20.0.1', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
    ...['[fc00::1]', '[fd12:3456::1]', '[fdff:ffff::]', '[::ffff:10.1.2.3]', '[0:0:0:0:0:ffff:c0a8:101]'],
    ...['vault.corp.internal', 'vault.internal.', 'printer.local', 'nas.home.arpa', 'a.intranet', 'a.lan'],
    ...['a.private', 'a.home', 'a.corp'],
  ],
  public: [
    ...[
      'api.example.com',
      'example.com.',
      '10.example.com',
      '127.0.0.1.example.com',
      'localhost.example.com',
    ],
    ...['internal.example.com', 'local.example.com', 'mylocal', 'a.notinternal'],
    ...['notlocalhost', '1.10.0.1', '9.255.255.255', '11.0.0.0', '110.1.2.3', '126.0.0.1', '128.0.0.1'],
    ...['100.63.255.255', '100.128.0.0', '100.6.0.1', '172.15.255.255', '172.32.0.0', '172.3.0.1'],
    ...['192.167.0.1', '192.169.0.1', '169.253.0.1', '169.255.0.1', '8.8.8.8'],
    ...[
      '[2001:db8::1]',
      '[fc::1]',
      '[fe00::1]',
      '[fec0::1]',
      '[::2]',
      '[::ffff:8.8.8.8]',
      '[1::ffff:a01:203]',
    ],
  ],
};

describe('hostReach', () => {
  it.each(Object.entries(hosts).flatMap(([reach, names]) => names.map((name) => [name, reach] as const)))(
    'of %s is %s',
    (name, reach) => {
      expect(hostReach(new URL(`https://${name}/v1`).hostname)).toBe(reach);
    },
  );
});
