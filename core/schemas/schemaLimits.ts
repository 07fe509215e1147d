const MEBIBYTE = 1024 * 1024;

/**
 * Sizes and counts. AWS documents megabytes without a definition; Gateloop takes the larger one and lets AWS decide.
 */
export const schemaLimits = {
  /**
   * The uploaded file, in bytes. More than the service's limit, since the service gets the canonical form without white
   * space: GitHub's API description has 13.0 MB as published and 6.9 MB in canonical form.
   */
  uploadedBytes: 16 * MEBIBYTE,
  /** Parsing YAML takes 40 bytes of memory and 0.3 µs per byte, JSON 4 bytes and 0.01 µs, so YAML has a lower limit. */
  yamlBytes: 10 * MEBIBYTE,
  /** Values after aliases are expanded; GitHub's API description in YAML has 26,000 values per megabyte. */
  yamlValues: 1_000_000,
  /** The canonical document in S3. */
  canonicalBytes: 10 * MEBIBYTE,
  /** A schema within a request. */
  inlineBytes: MEBIBYTE,
  /**
   * Levels of nesting. GitHub's API description has 21; hostile input can overflow the stack of a parser without a
   * limit.
   */
  depth: 200,
  toolsPerTarget: 1000,
  /** The length of `<target>___<tool>`. */
  toolNameLength: 256,
  /**
   * The length of a tool name that model providers commonly allow; some models cannot use a tool with a longer name.
   */
  portableToolNameLength: 64,
} as const;

/** Separates a target's name from a tool's name. */
export const toolNameSeparator = '___';
