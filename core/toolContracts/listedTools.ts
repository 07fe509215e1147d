import { fingerprint } from '../desired/desired.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { ListedTool } from '../ports/toolLists.ts';
import type { Tool } from '../schemas/schemaTypes.ts';
import { SchemaBudget, toolFromDefinition } from '../schemas/toolSchemaBuilder.ts';
import { byText, canonicalOrder } from './comparableTools.ts';
import { compareTools, hintsChange, type ToolChange } from './compareTools.ts';
import type { ToolContractChange } from './toolContract.ts';

/** The tools of one target that are kept: the service's quota of 1000 tools, and an object that poll reads within a second. */
const MAX_TOOLS = 1_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** A list of tools in the order of their names, and the digest that names it. */
export interface DigestedList {
  readonly tools: readonly ListedTool[];
  /** SHA-256 in lower-case hex. The order in which a server lists its tools makes no difference. */
  readonly digest: string;
}

/** @returns undefined for a list that is too large to be kept */
export function digestedList(listed: readonly ListedTool[]): DigestedList | undefined {
  if (listed.length > MAX_TOOLS || JSON.stringify(listed).length > MAX_CHARACTERS) return undefined;
  const tools = listed.toSorted((left, right) => byText(left.name, right.name));
  return { tools, digest: fingerprint(Object.fromEntries(tools.entries())) };
}

/** @returns the tools of one target among those that its gateway lists, by the names that the target gives them */
export function toolsOfTarget(listed: readonly ListedTool[], target: string): ListedTool[] {
  const prefix = `${target}___`;
  return listed
    .filter(({ name }) => name.startsWith(prefix))
    .map((tool) => ({ ...tool, name: tool.name.slice(prefix.length) }));
}

/** Compares two lists of one source as `compareTools` does, and the hints of their tools. */
export function compareLists(
  before: readonly JsonObject[],
  after: readonly JsonObject[],
): ToolContractChange {
  const later = new Map(after.map((tool) => [tool.name, hintsOf(tool)]));
  const hints = before.flatMap((tool): ToolChange[] => {
    const [earlierHints, laterHints] = [hintsOf(tool), later.get(tool.name)];
    if (laterHints === undefined || earlierHints === laterHints) return [];
    return [hintsChange(String(tool.name), earlierHints, laterHints)];
  });
  return { changes: [...compareTools(toolsIn(before), toolsIn(after)), ...hints] };
}

function toolsIn(listed: readonly JsonObject[]): Tool[] {
  const budget = new SchemaBudget();
  return listed.map((tool) => toolFromDefinition(tool, budget));
}

/**
 * What a server says of a tool to the person before the agent: its title, and whether it only reads or destroys. Clients
 * may ask for no confirmation because of it.
 */
function hintsOf({ title, annotations }: JsonObject): string {
  const given = isJsonObject(annotations) ? annotations : {};
  return JSON.stringify(canonicalOrder({ ...(title !== undefined && { title }), ...given }));
}

/** @returns the change without what an earlier comparison has shown already: the same kind at the same place */
export function withoutKnownChanges(
  { changes, ...rest }: ToolContractChange,
  known: ToolContractChange,
): ToolContractChange {
  const shown = new Set(known.changes.map(placeOf));
  return { ...rest, changes: changes.filter((change) => !shown.has(placeOf(change))) };
}

function placeOf({ kind, tool, input, output }: ToolChange): string {
  return JSON.stringify([kind, tool, input, output]);
}
