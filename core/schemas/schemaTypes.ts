import type { JsonValue } from '../json.ts';

/** The kinds of schema. `readSchema` has a reader for each. */
export type SchemaKind = 'openApi' | 'smithy' | 'lambdaTools' | 'mcpTools';

/**
 * Error: the service rejects it, or Gateloop does not support it. Warning: AWS calls it unsupported, but may accept it.
 */
export type Severity = 'error' | 'warning';

/** A JSON Schema with the keywords that tools use. Other keywords are kept. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly JsonValue[];
  readonly [keyword: string]: unknown;
}

/** A tool as an agent sees it through the gateway, but without the `<target>___` prefix of its name. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** The schema of the tool's result, if the definition has one. */
  readonly outputSchema?: JsonSchema;
}

/** An error or a warning about a schema file. */
export interface SchemaProblem {
  readonly severity: Severity;
  /** Counts from 1; absent only if the problem concerns the whole file. */
  readonly line?: number;
  readonly column?: number;
  /** A JSON pointer (RFC 6901) into the document; empty for the whole document. */
  readonly path: string;
  /** The id of the rule, such as `openapi-operation-id`; ids are stable. */
  readonly rule: string;
  /** What is wrong, and what to do. */
  readonly message: string;
  readonly expected?: string;
}

export interface SchemaOptions {
  /** The target of the tools; their full names are `<target>___<tool>`. */
  readonly targetName?: string;
  /** Whether the schema is part of the request (limit 1 MB) instead of an object in S3. */
  readonly inline?: boolean;
  /** Whether the gateway reaches the target through a private endpoint: then its servers may be in a private network. */
  readonly privateEndpoint?: boolean;
}

/** A server that the tools of a schema call, or may call. */
export interface SchemaServer {
  /** The URL; where a variable may have any value, with that variable still in it. */
  readonly url: string;
  /** Counts from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** The result of reading a schema. */
export interface ParsedSchema {
  /** In the order of the file; at most 20 per rule, and one more that says so. */
  readonly problems: readonly SchemaProblem[];
  /** Empty if the document could not be parsed. */
  readonly tools: readonly Tool[];
  /** In the order of the file. Empty for tools that have no URLs, and for an AWS service. */
  readonly servers: readonly SchemaServer[];
  /** The document as RFC 8785 JSON, which Gateloop uploads as the applied schema. Empty if there is no document. */
  readonly canonical: Uint8Array;
  /** SHA-256 of `canonical` in lower-case hex. Empty if there is no document. */
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

/** A server whose line is not known yet. */
export interface UnlocatedServer {
  readonly url: string;
  /** The JSON pointer to the text that names it. */
  readonly pointer: string;
}

/** Reads one kind of schema: checks a document and derives its tools. */
export interface SchemaKindReader {
  /** Never throws, whatever the value. */
  read(
    document: JsonValue,
    options: SchemaOptions,
  ): {
    readonly problems: readonly UnlocatedProblem[];
    readonly tools: readonly LocatedTool[];
    readonly servers?: readonly UnlocatedServer[];
  };
}
