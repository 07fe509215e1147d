import { fittedLine } from '../../bench/statistics.ts';

/** What is measured at the end of each simulated day. Sizes in bytes. */
export interface Sample {
  readonly day: number;
  /** The heap of the process after a garbage collection. */
  readonly memory: number;
  readonly dataFolder: number;
  readonly objects: number;
  readonly versions: number;
  readonly bucketBytes: number;
  /** Items that stay in the ledger. */
  readonly ledgerItems: number;
  /** Items of requests, which DynamoDB deletes 30 days after their end. */
  readonly requestItems: number;
}

export type Measured = Exclude<keyof Sample, 'day' | 'requestItems'>;

/**
 * By how much each may grow a day for each workspace. An edit leaves an immutable copy of the configuration and a version of the
 * manifest; a workspace has one edit in two days.
 */
export const growthBounds: Readonly<Record<Measured, { readonly perDay: number; readonly why: string }>> = {
  memory: { perDay: 40_000, why: 'the embedded services keep the last executions and events' },
  // Some 50 KB each: 10,000 of them take 500 MB.
  dataFolder: {
    perDay: 1_500_000,
    why: 'histories of executions, of which the local AWS keeps 90 days, and 10,000 at most',
  },
  objects: { perDay: 4, why: 'copies of what an edit changed' },
  versions: { perDay: 12, why: 'of documents that a pass writes anew where they say something new' },
  bucketBytes: { perDay: 40_000, why: 'an edit keeps its configuration and the documents about it' },
  ledgerItems: {
    perDay: 0.05,
    why: 'one item for each resource, claim and lease, whatever the number of passes',
  },
};

export interface Growth {
  readonly what: Measured;
  readonly first: number;
  readonly last: number;
  /** The slope of the fitted line, for each workspace. */
  readonly perDay: number;
  readonly bound: number;
  readonly isWithin: boolean;
}

/** The days that belong to the start: caches fill, and the files of the databases grow to the size that they keep. */
const WARM_UP_DAYS = 7;

/**
 * Fits a line through the samples after the first days.
 *
 * @param samples of at least two weeks, one for each day
 */
export function growthOf(samples: readonly Sample[], workspaces: number): Growth[] {
  const settled = samples.slice(WARM_UP_DAYS);
  // The keys are those of the table.
  return (Object.keys(growthBounds) as Measured[]).map((what) => {
    const points = settled.map((sample): [number, number] => [sample.day, sample[what]]);
    const perDay = fittedLine(points).slope / workspaces;
    const bound = growthBounds[what].perDay;
    const [first, last] = [points[0]?.[1] ?? 0, points.at(-1)?.[1] ?? 0];
    return { what, first, last, perDay, bound, isWithin: perDay <= bound };
  });
}
