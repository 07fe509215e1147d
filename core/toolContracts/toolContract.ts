import { configChanges } from '../comparison/configChanges.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { schemaKindAt } from '../manifest/schemaSource.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import type { SchemaKind, Tool } from '../schemas/schemaTypes.ts';
import { compareTools, type ToolChange, unknownChanges } from './compareTools.ts';

/**
 * What a target offers to agents: the tools of a schema; `dynamic` tools, which an MCP server lists and no schema names;
 * `none`, since the target was never ready; or `unknown`, with the reason in a person's words.
 */
export type ToolContract =
  | { readonly tools: readonly Tool[] }
  | { readonly dynamic: true }
  | { readonly none: true }
  | { readonly unknown: string };

/** The difference between two contracts of a target. */
export interface ToolContractChange {
  readonly changes: readonly ToolChange[];
  /** Why the difference is unknown, in a person's words. An unknown difference may be a breaking one. */
  readonly unknown?: string;
  /** The other members of the configuration that change with the tools; absent where the earlier ones are unknown. */
  readonly settings?: readonly SettingChange[];
}

/** A member of the configuration with its values as text: a text as it is, any other value as indented JSON. */
export interface SettingChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** The schema itself: its tools are compared one by one. */
const SCHEMA_MEMBER = /\.(?:s3\.uri|inlinePayload)$/;

/** Compares two configurations of one target, as their manifests give them, without the schemas. */
export function settingChanges(before: JsonObject, after: JsonObject): SettingChange[] {
  return configChanges(before, after)
    .filter(({ path }) => !SCHEMA_MEMBER.test(path))
    .map(({ path, from, to }) => ({ path, ...defined({ before: valueText(from), after: valueText(to) }) }));
}

function valueText(value: JsonValue | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export const unchangedContract: ToolContractChange = { changes: [] };

/** The schema of a target in its configuration: either `uri` or `payload` is set. */
export interface ConfiguredSchema {
  readonly kind: SchemaKind;
  readonly uri?: string;
  readonly payload?: JsonValue;
}

/** @returns undefined for a target without a schema, such as one whose MCP server lists its tools */
export function configuredSchema(config: JsonObject): ConfiguredSchema | undefined {
  return findSchema(config.targetConfiguration, []);
}

function findSchema(value: JsonValue | undefined, path: Path): ConfiguredSchema | undefined {
  if (!isJsonObject(value)) return undefined;
  const kind = schemaKindAt(path);
  if (kind) {
    const { s3, inlinePayload } = value;
    if (inlinePayload !== undefined) return { kind, payload: inlinePayload };
    if (isJsonObject(s3) && typeof s3.uri === 'string') return { kind, uri: s3.uri };
  }
  for (const [name, member] of Object.entries(value)) {
    const found = findSchema(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}

/** @returns the contract that a resource of the manifest would have */
export function contractOf({ schema }: Pick<DesiredResource, 'schema'>): ToolContract {
  if (!schema) return { dynamic: true };
  return schema.kind ? { tools: schema.tools } : { unknown: 'Gateloop cannot read the new schema.' };
}

/** @param tools of the configuration's schema, as Gateloop stored them when it applied the configuration */
export function savedContract(config: JsonObject, tools: readonly Tool[]): ToolContract {
  return configuredSchema(config) ? { tools } : { dynamic: true };
}

/** Compares the contract of a target when it was last ready with the contract that the manifest gives it. */
export function diffContracts(before: ToolContract, after: ToolContract): ToolContractChange {
  const tools = 'tools' in after ? after.tools : [];
  if ('none' in before || 'none' in after) return unchangedContract;
  if ('unknown' in before) return { changes: unknownChanges(tools, 'after'), unknown: before.unknown };
  if ('unknown' in after) return { changes: [], unknown: after.unknown };
  if ('dynamic' in before) {
    if ('dynamic' in after) return unchangedContract;
    return { changes: unknownChanges(tools, 'after'), unknown: 'No schema describes its current tools.' };
  }
  if ('tools' in after) return { changes: compareTools(before.tools, after.tools) };
  const unknown = 'No schema would describe its tools, so they are unknown until the target is updated.';
  return { changes: unknownChanges(before.tools, 'before'), unknown };
}

/** @returns whether a person must approve a change, by the `approve` setting of the manifest */
export function needsApproval(
  { changes, unknown }: ToolContractChange,
  approve: DesiredResource['settings']['approve'],
): boolean {
  if (approve === 'never') return false;
  return unknown !== undefined || changes.some(({ breaking }) => breaking || approve === 'always');
}
