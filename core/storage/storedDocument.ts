import { createHash } from 'node:crypto';
import { GateloopError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { omit } from '../objects.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import { brokenMembers, type MemberChecks } from './memberChecks.ts';
import type { StoredFormat } from './storedFormats.ts';

/** A store that is told of the documents that cannot be read. */
export type ReadableStore = Pick<DocumentStore, 'readDocument' | 'noteFault'>;

/** The member with the digest of all others: a document that was changed by another client does not match it. */
const DIGEST = 'digest';

/**
 * A kind of JSON document in the spec bucket, with the version of its format. An object holds the members of the
 * document, `format`, and a digest of them. A reader accepts its own format only, only where every member has the kind
 * that the checks name, and only where the digest matches: deeper values are then Gateloop's own writing.
 */
export class StoredDocument<T extends object> {
  readonly #format: number;
  readonly #checks: MemberChecks<T>;

  /** @param stored a row of `storedFormats` */
  constructor({ format }: Pick<StoredFormat, 'format'>, checks: MemberChecks<T>) {
    this.#format = format;
    this.#checks = checks;
  }

  async write(key: string, document: T, bucket: Pick<DocumentStore, 'writeDocument'>): Promise<void> {
    await bucket.writeDocument(key, this.serialize(document));
  }

  /** @returns the document with its format and digest, as the bucket holds it */
  serialize(document: T): T & { readonly format: number; readonly digest: string } {
    const content = { format: this.#format, ...document };
    return { ...content, [DIGEST]: digestOf(content) };
  }

  /**
   * Reads a document that nothing can rebuild.
   *
   * @returns undefined where there is no such object
   * @throws GateloopError `UnsupportedFormat` for a document of another format, or a broken one
   */
  async read(key: string, bucket: Pick<DocumentStore, 'readDocument'>): Promise<T | undefined> {
    const value = await bucket.readDocument(key).catch(unparsable);
    return value === undefined ? undefined : this.parse(key, value);
  }

  /**
   * Reads a document that a later step or reconciliation writes anew. A document of another format and a broken one
   * count as absent, JSON that does not parse included, and the store is told. The bucket keeps earlier versions of an
   * object, so that writing it anew sets the broken one aside.
   */
  async readIfSupported(key: string, bucket: ReadableStore): Promise<T | undefined> {
    const value = await bucket.readDocument(key).catch(unparsable);
    if (value === undefined) return undefined;
    const problem = value === UNPARSABLE ? 'It is no JSON.' : this.#problemOf(value);
    if (problem === undefined) return withoutEnvelope(value);
    bucket.noteFault?.({ place: `bucket: ${key}`, problem: `${problem} ${REBUILT}` });
    return undefined;
  }

  /**
   * @param key names the document in the error
   * @throws GateloopError `UnsupportedFormat` for a document of another format, or a broken one
   */
  parse(key: string, value: unknown): T {
    if (this.#problemOf(value) === undefined) return withoutEnvelope(value);
    const format = isJsonObject(value) ? value.format : undefined;
    throw unsupportedFormat(`The object ${key} of the spec bucket`, format, this.#format);
  }

  /** @returns what is wrong with a document; undefined for one that can be read */
  #problemOf(value: unknown): string | undefined {
    if (!isJsonObject(value)) return 'It is no object.';
    const { [DIGEST]: digest, ...content } = value;
    if (content.format !== this.#format)
      return `It has the format ${shownFormat(content.format)}, not ${this.#format}.`;
    const broken = brokenMembers(content, this.#checks);
    if (broken.length > 0)
      return `Its member ${broken.map((name) => `"${name}"`).join(', ')} cannot be read.`;
    // Versions before the digest wrote none.
    if (digest !== undefined && digest !== digestOf(content)) return 'Another client has changed it.';
    return undefined;
  }
}

const REBUILT =
  'Gateloop takes it for absent and writes it anew where it is needed; the bucket keeps the broken version. Nothing needs to be done; if it happens again, find out which client writes to the bucket.';

function digestOf(content: object): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** The value has passed the checks of a document. */
function withoutEnvelope<T extends object>(value: unknown): T {
  return omit(
    value as T & { readonly format: number; readonly digest?: string },
    'format',
    DIGEST,
  ) as object as T;
}

/** Stands for text that is no JSON. */
const UNPARSABLE = Symbol('unparsable');

function unparsable(error: unknown): typeof UNPARSABLE {
  if (error instanceof SyntaxError) return UNPARSABLE;
  throw error;
}

/** @returns the format that was found; another client may have written anything in its place */
function shownFormat(format: unknown): string {
  return String(JSON.stringify(format)).slice(0, 40);
}

/**
 * The error of a reader of stored data that cannot read the format and cannot rebuild the data.
 *
 * @param subject names what is stored, such as `The object outcomes/payments.json of the spec bucket`
 * @param format the format that was found
 * @param supported the format that this version reads
 */
export function unsupportedFormat(subject: string, format: unknown, supported: number): GateloopError {
  const found =
    format === supported
      ? `format ${supported}, but not its members`
      : format === undefined
        ? 'no format'
        : `format ${shownFormat(format)}`;
  return new GateloopError(
    'UnsupportedFormat',
    `${subject} has ${found}; this version of Gateloop reads format ${supported}. Deploy the version of Gateloop that wrote it, or restore it from an earlier version or a backup.`,
    { details: { subject, format, supported } },
  );
}
