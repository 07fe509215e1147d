import type { JsonValue } from '../json.ts';

/** What a schema file can be. Each kind is one row of `schemaKinds`. */
export type SchemaKind = 'openApi' | 'smithy' | 'lambdaTools' | 'mcpTools';

/** Error: the service refuses it, or Gateloop cannot vouch for it. Warning: "not supported", but perhaps accepted. */
export type Severity = 'error' | 'warning';

/** A JSON Schema, as far as tools use it. Unknown keywords are kept. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly JsonValue[];
  readonly [keyword: string]: unknown;
}

/** A tool as an agent would see it behind the gateway, without the `<target>___` prefix of its name. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** What it answers, where it says so. */
  readonly outputSchema?: JsonSchema;
}

/** Something wrong, or worth a second look, in a schema file. */
export interface SchemaProblem {
  readonly severity: Severity;
  /** Counts from 1; absent only where the whole file is at fault. */
  readonly line?: number;
  readonly column?: number;
  /** A JSON pointer (RFC 6901) into the document; empty for the whole of it. */
  readonly path: string;
  /** The rule that found it, such as `openapi-operation-id`; stable. */
  readonly rule: string;
  /** What is wrong, and what to do about it. */
  readonly message: string;
  readonly expected?: string;
}

export interface SchemaOptions {
  /** The target that will hold the tools; their full names are `<target>___<tool>`. */
  readonly targetName?: string;
  /** Whether the schema travels inside the request, where the limit is 1 MB, rather than in S3. */
  readonly inline?: boolean;
}

/** What is known of a schema after reading it. */
export interface ParsedSchema {
  /** In the order in which they stand in the file; at most 20 a rule. */
  readonly problems: readonly SchemaProblem[];
  /** Empty where the document could not be understood. */
  readonly tools: readonly Tool[];
  /** The document as RFC 8785 JSON: what is uploaded as the applied schema. Empty where there is no document. */
  readonly canonical: Uint8Array;
  /** SHA-256 of `canonical` in lower-case hex. Empty where there is no document. */
  readonly fingerprint: string;
  /** The media type of `canonical`. */
  readonly contentType: 'application/json';
}

/** A problem whose line is not known yet. */
export type UnlocatedProblem = Omit<SchemaProblem, 'line' | 'column'>;

/** A tool, and the JSON pointer to the part of the document that describes it. */
export interface LocatedTool {
  readonly tool: Tool;
  readonly pointer: string;
}

/** Reads one kind of schema: checks a document and derives its tools. */
export interface SchemaKindReader {
  /** Never throws, whatever the value. */
  read(document: JsonValue): {
    readonly problems: readonly UnlocatedProblem[];
    readonly tools: readonly LocatedTool[];
  };
}
