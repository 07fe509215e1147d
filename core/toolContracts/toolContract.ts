import { configuredSchema } from '../desired/configuredSchema.ts';
import type { DesiredResource } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import type { Tool } from '../schemas/schemaTypes.ts';
import { compareTools, type ToolChange, unknownChanges } from './compareTools.ts';

/**
 * What a target offers to agents: the tools of a schema; what stands in no schema, such as what a server lists; nothing,
 * since it was never ready; or something that cannot be told.
 */
export type ToolContract =
  | { readonly tools: readonly Tool[] }
  | { readonly dynamic: true }
  | { readonly none: true }
  | { readonly unknown: string };

/** How what a target offers would change. */
export interface ToolContractChange {
  readonly changes: readonly ToolChange[];
  /** Why that cannot be told, in a person's words. What cannot be told may be a breach as well as any. */
  readonly unknown?: string;
}

export const unchangedContract: ToolContractChange = { changes: [] };

/** What the manifest would have a target offer. */
export function contractOf({ schema }: Pick<DesiredResource, 'schema'>): ToolContract {
  if (!schema) return { dynamic: true };
  return schema.kind ? { tools: schema.tools } : { unknown: 'Gateloop cannot read the new schema.' };
}

/** @param tools of the schema that the configuration names, as they were kept when it was applied */
export function savedContract(config: JsonObject, tools: readonly Tool[]): ToolContract {
  return configuredSchema(config) ? { tools } : { dynamic: true };
}

/** Compares what a target offered when it was ready last with what it would. */
export function diffContracts(before: ToolContract, after: ToolContract): ToolContractChange {
  const tools = 'tools' in after ? after.tools : [];
  if ('none' in before || 'none' in after) return unchangedContract;
  if ('unknown' in before) return { changes: unknownChanges(tools), unknown: before.unknown };
  if ('unknown' in after) return { changes: [], unknown: after.unknown };
  if ('dynamic' in before) {
    if ('dynamic' in after) return unchangedContract;
    return { changes: unknownChanges(tools), unknown: 'Its present tools stand in no schema.' };
  }
  if ('tools' in after) return { changes: compareTools(before.tools, after.tools) };
  const unknown = 'Its tools would stand in no schema, and nobody knows them beforehand.';
  return { changes: unknownChanges(before.tools), unknown };
}

/** Whether a change waits for somebody's yes under a rule of the manifest. */
export function needsApproval(
  { changes, unknown }: ToolContractChange,
  approve: DesiredResource['settings']['approve'],
): boolean {
  if (approve === 'never') return false;
  return unknown !== undefined || changes.some(({ breaking }) => breaking || approve === 'always');
}
