import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isNewerMember, structuresWithNewerMembers } from './newerMembers.ts';

const page = readFileSync(new URL('../../docs/emulator.md', import.meta.url), 'utf8');
const [, list = ''] = /<!-- The list from here is generated[^\n]*\n([\s\S]*?)<!-- The end/.exec(page) ?? [];
const rows = [...list.matchAll(/^\| (\w+) \| (`.*) \|$/gm)].map(
  ([, structure = '', members = '']) => [structure, members.match(/\w+/g) ?? []] as const,
);
/** No manifest writes what a response shows. */
const ofRequests = rows.filter(
  ([structure]) => !/Response$|Output$|Summary$|^GatewayTarget$|^MemoryStrategy$/.test(structure),
);

it('newerMembers: has each member of requests that docs/emulator.md lists as missing in the SDK', () => {
  expect(ofRequests.length).toBeGreaterThan(10);
  expect(structuresWithNewerMembers.toSorted()).toEqual(
    ofRequests.map(([structure]) => structure).toSorted(),
  );
  for (const [structure, members] of ofRequests)
    expect(members.filter((member) => !isNewerMember(structure, member))).toEqual([]);
  expect(isNewerMember('CreateGatewayRequest', 'name')).toBe(false);
});
