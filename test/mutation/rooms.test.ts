import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rooms } from './rooms.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Folders with the support of tests, which the tests themselves run. */
const WITHOUT_PRODUCT = new Set(['testing', 'inMemory']);

it('rooms: name every folder of core and functions, and adapters', () => {
  const folders = ['core', 'functions'].flatMap((parent) => [
    parent,
    ...readdirSync(`${ROOT}${parent}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !WITHOUT_PRODUCT.has(entry.name))
      .map(({ name }) => `${parent}/${name}`),
  ]);
  expect(rooms.map(({ path }) => path).sort()).toEqual([...folders, 'adapters'].sort());
});
