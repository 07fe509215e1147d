import { describe, expect, it } from 'vitest';
import { growthBounds, growthOf, type Measured, type Sample } from './growth.ts';

const WORKSPACES = 10;

/** Samples of two weeks, each measure with its own growth a day and a start of a thousand. */
function samplesOf(perDay: (what: Measured) => number): Sample[] {
  return Array.from({ length: 14 }, (_, day) => {
    const at = (what: Measured) => 1000 + day * perDay(what);
    return {
      ...{ day, memory: at('memory'), dataFolder: at('dataFolder'), objects: at('objects') },
      ...{ versions: at('versions'), bucketBytes: at('bucketBytes') },
      ...{ ledgerItems: at('ledgerItems'), requestItems: day },
    };
  });
}

describe('growthOf', () => {
  it('growthOf: finds what grows beyond its bound, and nothing else', () => {
    const growing = samplesOf((what) => (what === 'ledgerItems' ? 1 : 0));
    const beyond = growthOf(growing, WORKSPACES).filter(({ isWithin }) => !isWithin);
    expect(beyond).toMatchObject([{ what: 'ledgerItems', perDay: 0.1, bound: 0.05 }]);
  });

  it('growthOf: takes growth up to each bound', () => {
    const samples = samplesOf((what) => growthBounds[what].perDay * WORKSPACES * 0.99);
    expect(growthOf(samples, WORKSPACES).every(({ isWithin }) => isWithin)).toBe(true);
  });

  it('growthOf: leaves the first days out, in which caches fill', () => {
    const samples = samplesOf(() => 0).map((sample) => ({ ...sample, memory: sample.day < 3 ? 0 : 1e9 }));
    expect(growthOf(samples, WORKSPACES).find(({ what }) => what === 'memory')).toMatchObject({ perDay: 0 });
  });
});
