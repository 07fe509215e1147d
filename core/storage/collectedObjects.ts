import { COLLECTION_AGE, PARSED_OVERDUE } from './appliedCopies.ts';
import { outcomeKey, prefixes, progressKey, workspaceGuardrailsKey } from './keys.ts';

const DAY = 86_400_000;

/** How long what people decided about can be looked up, in ms: a year, and the weeks in which a request is open. */
const DECISION_AGE = 400 * DAY;

/** What a lifecycle rule deletes after 90 days, and S3 up to two days later, in ms. */
const PASSED_ON_OVERDUE = 100 * DAY;

/** Objects of the spec bucket that are deleted for good at an age. */
export interface CollectedObjects {
  readonly prefix: string;
  /** In ms. */
  readonly age: number;
  /**
   * The object is named by a SHA-256, and stays while that hash stands anywhere in what the collection reads. What needs such an
   * object for the first time stores it again, so that an old one is either named or not needed.
   */
  readonly isNamed?: true;
}

/** The others of the bucket are uploads, which belong to teams, and documents of a workspace, which go with it. */
export const collectedObjects: readonly CollectedObjects[] = [
  { prefix: prefixes.applied, age: COLLECTION_AGE, isNamed: true },
  { prefix: prefixes.contracts, age: COLLECTION_AGE, isNamed: true },
  { prefix: prefixes.toolLists, age: COLLECTION_AGE, isNamed: true },
  { prefix: prefixes.requestDetails, age: DECISION_AGE, isNamed: true },
  { prefix: prefixes.approvedRecords, age: COLLECTION_AGE, isNamed: true },
  // Lifecycle rules delete these sooner, where the bucket has any.
  { prefix: prefixes.parsed, age: PARSED_OVERDUE },
  { prefix: prefixes.toolChanges, age: PASSED_ON_OVERDUE },
  { prefix: prefixes.deletions, age: PASSED_ON_OVERDUE },
];

/** Where the documents of workspaces lie that go with their workspace. */
export const workspaceDocuments: readonly string[] = [prefixes.outcomes, prefixes.registries];

/** Every prefix below which the collection lists and deletes, each without those below it. */
export const collectedPrefixes: readonly string[] = [
  ...collectedObjects.map(({ prefix }) => prefix),
  ...workspaceDocuments,
].filter((prefix, _, all) => !all.some((other) => other !== prefix && prefix.startsWith(other)));

/** @returns the hash that an object is named by; undefined where its name has none */
export function hashInKey(key: string): string | undefined {
  return /(?<![0-9a-f])([0-9a-f]{64})(?:\.json)?$/.exec(key)?.[1];
}

/** @returns the workspace that a document goes with; undefined where it goes with none */
export function workspaceOfDocument(key: string): string | undefined {
  if (key.startsWith(prefixes.registries)) return key.slice(prefixes.registries.length).split('/')[0];
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/\.json$/, '');
  const keys = [outcomeKey, progressKey, workspaceGuardrailsKey].map((keyOf) => keyOf(name));
  return keys.includes(key) ? name : undefined;
}

/** @returns whether a document says which revision of a record was approved last: it names that revision */
export function isApprovedRecordKey(key: string): boolean {
  return key.startsWith(prefixes.approvedRecords) && hashInKey(key) === undefined;
}
