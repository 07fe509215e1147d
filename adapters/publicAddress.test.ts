import { describe, expect, it } from 'vitest';
import { publicAddress } from './publicAddress.ts';

const at = (...addresses: string[]) =>
  Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('publicAddress', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.0.1', '192.168.1.1'],
    ...['198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:10.1.2.3', '::ffff:a9fe:a9fe'],
    ...[
      '::10.1.2.3',
      '64:ff9b::a01:203',
      '2002:a01:203::',
      'fd00::1',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'ff02::1',
    ],
  ])('publicAddress: refuses a name that leads to %s', async (address) => {
    await expect(publicAddress('mcp.example.com', () => at(address))).rejects.toMatchObject({
      code: 'AddressNotPublic',
    });
    await expect(publicAddress('mcp.example.com', () => at('8.8.8.8', address))).rejects.toThrow(
      'not public',
    );
  });

  it.each(['8.8.8.8', '128.0.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'publicAddress: gives the address of a name that leads to %s',
    async (address) => {
      expect(await publicAddress('mcp.example.com', () => at(address))).toMatchObject({ address });
    },
  );

  it('publicAddress: checks an address in a URL without a lookup', async () => {
    const never = () => Promise.reject(new Error('looked up'));
    for (const url of [
      'https://127.1/mcp',
      'https://0x7f000001/mcp',
      'https://[::1]/mcp',
      'https://2852039166/mcp',
    ])
      await expect(publicAddress(new URL(url).hostname, never)).rejects.toThrow('not public');
    expect(await publicAddress(new URL('https://[2606:4700::1111]/').hostname, never)).toEqual({
      address: '2606:4700::1111',
      family: 6,
    });
  });

  it('publicAddress: refuses a name without an address', async () => {
    await expect(publicAddress('mcp.example.com', () => at())).rejects.toThrow('not public');
  });
});
