import { isDeepStrictEqual } from 'node:util';
import type { SchemaReading } from '../../core/desired/schemaFiles.ts';
import type { SchemaFileUse } from '../../core/desired/schemaUses.ts';
import { omit } from '../../core/objects.ts';
import type { SpecBucket, WorkspaceFile } from '../../core/ports/specBucket.ts';
import { sha256 } from '../../core/schemas/canonicalJson.ts';
import {
  type KnownFiles,
  readKnownFiles,
  readSchemaReading,
  writeKnownFiles,
  writeSchemaReading,
} from '../../core/storage/schemaReadings.ts';
import type { StepClock } from '../runtime/lambdaStep.ts';
import { logger } from '../runtime/observability.ts';

/**
 * How long a poll reads schemas, in ms, and how many bytes of them: it begins no further file after either. A file of 10 MB
 * of YAML takes 3 s of a whole core, 6 s of the 0.58 that Lambda gives with 1,024 MB, and 15 s with a mistake in it. The poll
 * then has half of its 110 s for everything else.
 */
const TURN = { ms: 20_000, bytes: 32 * 1024 * 1024 };

/** Files that are fetched at the same time: many small ones, or one large one, so that memory holds few bytes. */
const BATCH = { files: 16, bytes: 4 * 1024 * 1024 };

/** What is known of schema files, by the keys of their uses. */
export interface SchemaReadings {
  readonly readings: ReadonlyMap<string, SchemaReading>;
  /** The keys of what a later poll reads. */
  readonly unread: ReadonlySet<string>;
}

/** A use whose file can be read. */
interface ReadableUse extends SchemaFileUse {
  readonly listed: WorkspaceFile;
}

/**
 * Finds out what the schema files of a workspace say. What was read once is kept by its content, so that an edit of one file
 * reads one file. The others are read in turns, each file after its copy and its reading were stored: a poll that is killed
 * repeats one batch.
 *
 * @param clock tells when the turn is over; without it, everything is read at once
 */
export async function readSchemas(
  workspace: string,
  uses: readonly ReadableUse[],
  bucket: SpecBucket,
  clock?: StepClock['clock'],
): Promise<SchemaReadings> {
  if (uses.length === 0) return { readings: new Map(), unread: new Set() };
  const before = await readKnownFiles(workspace, bucket);
  const reader = new Reader(workspace, before, bucket);
  const waiting: ReadableUse[] = [];
  for (const batch of batchesOf(uses, { ...BATCH, bytes: Number.POSITIVE_INFINITY })) {
    const isKept = await Promise.all(batch.map((use) => reader.takeKept(use)));
    waiting.push(...batch.filter((_, index) => !isKept[index]));
  }
  const unread = await readWaiting(waiting, reader, clock);
  const known = reader.knownFiles(uses);
  // Readings are found by content alone: without this document, the next poll fetches the files once more.
  if (!isDeepStrictEqual(known, before)) await writeKnownFiles(workspace, known, bucket);
  if (unread.length > 0)
    logger.info('Schemas are read over several polls', { kept: reader.readings.size, left: unread.length });
  return { readings: reader.readings, unread: new Set(unread.map(({ key }) => key)) };
}

/** @returns the uses that this turn has not come to */
async function readWaiting(
  waiting: readonly ReadableUse[],
  reader: Reader,
  clock: StepClock['clock'] | undefined,
): Promise<ReadableUse[]> {
  const end = clock && clock() + TURN.ms;
  const batches = batchesOf(waiting, BATCH);
  let bytes = 0;
  for (const [index, batch] of batches.entries()) {
    const isOver = clock !== undefined && end !== undefined && (clock() >= end || bytes >= TURN.bytes);
    // The first batch is read whatever the time, so that each turn comes further.
    if (isOver && index > 0) return batches.slice(index).flat();
    await Promise.all(batch.map((use) => reader.read(use)));
    bytes += batch.reduce((sum, { listed }) => sum + listed.size, 0);
  }
  return [];
}

class Reader {
  readonly readings = new Map<string, SchemaReading>();
  readonly #workspace: string;
  readonly #bucket: SpecBucket;
  readonly #known: Map<string, KnownFiles[string]>;

  constructor(workspace: string, known: KnownFiles, bucket: SpecBucket) {
    this.#workspace = workspace;
    this.#bucket = bucket;
    this.#known = new Map(Object.entries(known));
  }

  /** @returns whether the file was read before, with this content and for the same use */
  async takeKept(use: ReadableUse): Promise<boolean> {
    const { file, listed } = use;
    const known = this.#known.get(file);
    if (known?.etag !== listed.etag || known.size !== listed.size) return false;
    return this.#take(known.sha256, use);
  }

  /** Fetches and reads a file, unless its content was read under another name or at an earlier time. */
  async read(use: ReadableUse): Promise<void> {
    const { file, kind, key, targetName, privateEndpoint, listed } = use;
    if (!kind) return;
    const bytes = await this.#bucket.readFile(this.#workspace, listed);
    const digest = sha256(bytes);
    this.#known.set(file, { size: listed.size, etag: listed.etag, sha256: digest });
    if (await this.#take(digest, use)) return;
    // Loaded for a new schema only: its parsers are a large part of the bundle.
    const { readSchema } = await import('../../core/schemas/readSchema.ts');
    const parsed = readSchema(kind, bytes, file, { targetName, privateEndpoint });
    const reading = omit(parsed, 'canonical');
    // A reading says that the copy exists, so that the copy comes first.
    if (!parsed.problems.some(({ severity }) => severity === 'error'))
      await this.#bucket.writeApplied(parsed.fingerprint, parsed.canonical, parsed.contentType);
    await writeSchemaReading(this.#workspace, digest, use, reading, this.#bucket);
    this.readings.set(key, reading);
  }

  async #take(digest: string, use: ReadableUse): Promise<boolean> {
    const reading = await readSchemaReading(this.#workspace, digest, use, this.#bucket);
    if (reading) this.readings.set(use.key, reading);
    return reading !== undefined;
  }

  /** @returns the digests of the files that are in use */
  knownFiles(uses: readonly ReadableUse[]): KnownFiles {
    return Object.fromEntries(
      uses.flatMap(({ file }) => {
        const known = this.#known.get(file);
        return known ? [[file, known] as const] : [];
      }),
    );
  }
}

function batchesOf(
  uses: readonly ReadableUse[],
  { files, bytes }: { readonly files: number; readonly bytes: number },
): ReadableUse[][] {
  const batches: ReadableUse[][] = [];
  let size = 0;
  for (const use of uses) {
    const batch = batches.at(-1);
    size += use.listed.size;
    if (batch && batch.length < files && size <= bytes) {
      batch.push(use);
    } else {
      batches.push([use]);
      size = use.listed.size;
    }
  }
  return batches;
}
