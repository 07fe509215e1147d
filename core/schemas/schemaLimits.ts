const MEBIBYTE = 1024 * 1024;

/** Sizes and counts. AWS documents megabytes without saying which; the larger reading is taken, so that it decides. */
export const schemaLimits = {
  /**
   * The uploaded file, in bytes. More than the service's own limit, since what it gets is the canonical form without
   * white space: GitHub's API description is 13.0 MB as published and 6.9 MB canonical.
   */
  uploadedBytes: 16 * MEBIBYTE,
  /** YAML takes 40 bytes of memory and 0.3 µs a byte to read, JSON 4 and 0.01, so that it gets no such allowance. */
  yamlBytes: 10 * MEBIBYTE,
  /** Values after aliases are followed; GitHub's in YAML holds 26,000 a megabyte. */
  yamlValues: 1_000_000,
  /** The canonical document in S3. */
  canonicalBytes: 10 * MEBIBYTE,
  /** The schema inside a request. */
  inlineBytes: MEBIBYTE,
  /** Levels of nesting. GitHub's API description has 21; a parser without a limit can be made to overflow its stack. */
  depth: 200,
  toolsPerTarget: 1000,
  /** Of `<target>___<tool>`. */
  toolNameLength: 256,
  /** What model providers commonly allow for a tool's name; beyond it the tool may be unusable for some models. */
  portableToolNameLength: 64,
} as const;

/** Between a target's name and a tool's. */
export const toolNameSeparator = '___';
