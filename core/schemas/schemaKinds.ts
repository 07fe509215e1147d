import type { JsonValue } from '../json.ts';
import { lambdaTools } from './lambdaTools.ts';
import { mcpTools } from './mcpTools.ts';
import { openApi } from './openApi.ts';
import type { UnlocatedProblem } from './rule.ts';
import type { SchemaKind } from './schemaTypes.ts';
import { smithy } from './smithy.ts';
import type { LocatedTool } from './toolRules.ts';

/** What one kind of schema knows: how to check a document and which tools it amounts to. */
export interface SchemaKindReader {
  /** Never throws, whatever the value. */
  read(document: JsonValue): {
    readonly problems: readonly UnlocatedProblem[];
    readonly tools: readonly LocatedTool[];
  };
}

/** The kinds of schema. A new one is a file beside this and a row here. */
export const schemaKinds: Readonly<Record<SchemaKind, SchemaKindReader>> = {
  openApi,
  smithy,
  lambdaTools,
  mcpTools,
};
