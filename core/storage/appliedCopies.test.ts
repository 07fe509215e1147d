import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StorageFault } from '../ports/ledger.ts';
import { readAppliedConfiguration, readAppliedCopy } from './appliedCopies.ts';

const nameOf = (text: string) => createHash('sha256').update(text).digest('hex');
const bytesOf = (text: string) => new TextEncoder().encode(text);

function storeOf(copies: Readonly<Record<string, string>>) {
  const faults: StorageFault[] = [];
  return {
    faults,
    noteFault: (fault: StorageFault) => {
      faults.push(fault);
    },
    readApplied: async (sha256: string) => {
      const text = copies[sha256];
      return text === undefined ? undefined : bytesOf(text);
    },
  };
}

describe('readAppliedCopy', () => {
  it('readAppliedCopy: returns a copy whose content is what its name says', async () => {
    const store = storeOf({ [nameOf('a')]: 'a' });
    expect(await readAppliedCopy(nameOf('a'), store)).toEqual(bytesOf('a'));
    expect(await readAppliedCopy(nameOf('b'), store)).toBeUndefined();
    expect(store.faults).toEqual([]);
  });

  it('readAppliedCopy: takes a copy that another client has changed for absent, and tells the store', async () => {
    const store = storeOf({ [nameOf('a')]: 'b' });
    expect(await readAppliedCopy(nameOf('a'), store)).toBeUndefined();
    expect(store.faults).toEqual([
      {
        place: `bucket: applied/${nameOf('a')}`,
        problem: expect.stringContaining('restore its first version'),
      },
    ]);
  });
});

describe('readAppliedConfiguration', () => {
  it('readAppliedConfiguration: returns the configuration of a copy, and refuses a copy of anything else', async () => {
    const config = '{"name":"a"}';
    const store = storeOf({ [nameOf(config)]: config, [nameOf('[1]')]: '[1]' });
    expect(await readAppliedConfiguration(nameOf(config), store)).toEqual({ name: 'a' });
    expect(await readAppliedConfiguration('none', store)).toBeUndefined();
    await expect(readAppliedConfiguration(nameOf('[1]'), store)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      details: { fingerprint: nameOf('[1]') },
    });
  });
});

it('readAppliedConfiguration: refuses a copy that is no JSON, though its name is that of its content', async () => {
  const store = storeOf({ [nameOf('{')]: '{' });
  await expect(readAppliedConfiguration(nameOf('{'), store)).rejects.toMatchObject({
    code: 'UnsupportedFormat',
  });
});
