/** What the index knows of one version of an object. */
export interface ObjectRecord {
  readonly key: string;
  /** Only in a versioned bucket. */
  readonly versionId?: string;
  readonly isDeleteMarker?: true;
  readonly size: number;
  /** With its quotation marks: the MD5 of the content. */
  readonly etag: string;
  /** SHA-256 of the content, by which it is stored. */
  readonly blob: string;
  /** Simulated milliseconds since the epoch. */
  readonly lastModified: number;
  readonly sequencer: string;
  /** Headers that are given back as they came: the content's type, user metadata, the checksum. */
  readonly headers: Readonly<Record<string, string>>;
}
