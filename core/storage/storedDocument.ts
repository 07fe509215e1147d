import { GateloopError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import { omit } from '../objects.ts';
import type { DocumentStore } from '../ports/specBucket.ts';

/** Whether the value of one member has the kind that its reader relies on. */
export type MemberCheck = (value: unknown) => boolean;

export const isText: MemberCheck = (value) => typeof value === 'string';
export const isList: MemberCheck = (value) => Array.isArray(value);
export const isMapping: MemberCheck = isJsonObject;
export const isAnything: MemberCheck = () => true;

/** @returns a check that accepts an absent member too */
export function optional(check: MemberCheck): MemberCheck {
  return (value) => value === undefined || check(value);
}

/** A check of each member of a document; the type demands one for every member. */
export type MemberChecks<T> = { readonly [Key in keyof T]-?: MemberCheck };

/**
 * A kind of JSON document in the spec bucket, with the version of its format. An object holds the members of the
 * document and `format`. A reader accepts its own format only, and only where every member has the kind that the
 * checks name; deeper values are Gateloop's own writing and are not checked again.
 */
export class StoredDocument<T extends object> {
  readonly #format: number;
  readonly #checks: MemberChecks<T>;

  /** @param format to be raised when a member changes its name or its meaning */
  constructor(format: number, checks: MemberChecks<T>) {
    this.#format = format;
    this.#checks = checks;
  }

  async write(key: string, document: T, bucket: Pick<DocumentStore, 'writeDocument'>): Promise<void> {
    await bucket.writeDocument(key, this.serialize(document));
  }

  /** @returns the document with its format, as the bucket holds it */
  serialize(document: T): T & { readonly format: number } {
    return { format: this.#format, ...document };
  }

  /**
   * Reads a document that nothing can rebuild.
   *
   * @returns undefined where there is no such object
   * @throws GateloopError `UnsupportedFormat` for a document of another format, or a broken one
   */
  async read(key: string, bucket: Pick<DocumentStore, 'readDocument'>): Promise<T | undefined> {
    const value = await bucket.readDocument(key);
    return value === undefined ? undefined : this.parse(key, value);
  }

  /**
   * Reads a document that a later step or reconciliation writes anew. A document of another format and a broken one
   * count as absent, JSON that does not parse included.
   */
  async readIfSupported(key: string, bucket: Pick<DocumentStore, 'readDocument'>): Promise<T | undefined> {
    const value = await bucket.readDocument(key).catch(ignoreSyntaxError);
    return this.#isSupported(value) ? withoutFormat(value) : undefined;
  }

  /**
   * @param key names the document in the error
   * @throws GateloopError `UnsupportedFormat` for a document of another format, or a broken one
   */
  parse(key: string, value: unknown): T {
    if (this.#isSupported(value)) return withoutFormat(value);
    const format = isJsonObject(value) ? value.format : undefined;
    throw unsupportedFormat(`The object ${key} of the spec bucket`, format, this.#format);
  }

  #isSupported(value: unknown): value is T & { readonly format: number } {
    if (!isJsonObject(value) || value.format !== this.#format) return false;
    return Object.entries<MemberCheck>(this.#checks).every(([name, check]) => check(value[name]));
  }
}

function withoutFormat<T extends object>(document: T & { readonly format: number }): T {
  // `omit` states the type without `format`, which TypeScript cannot reduce to T for a type parameter.
  return omit(document, 'format') as object as T;
}

function ignoreSyntaxError(error: unknown): undefined {
  if (!(error instanceof SyntaxError)) throw error;
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
        : `format ${JSON.stringify(format)}`;
  return new GateloopError(
    'UnsupportedFormat',
    `${subject} has ${found}; this version of Gateloop reads format ${supported}. Deploy the version of Gateloop that wrote it, or restore it from an earlier version or a backup.`,
    { details: { subject, format, supported } },
  );
}
