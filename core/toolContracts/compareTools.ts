import { isJsonObject } from '../json.ts';
import { messageText } from '../problem.ts';
import type { JsonSchema, Tool } from '../schemas/schemaTypes.ts';
import {
  byText,
  type ComparableTool,
  canonicalOrder,
  comparableTools,
  normalizeSpace,
} from './comparableTools.ts';

/** The kinds of change to the tools that agents rely on. */
export type ToolChangeKind = keyof typeof changeKinds;

/** One difference between two lists of tools. */
export interface ToolChange {
  readonly kind: ToolChangeKind;
  /** The tool's name without the prefix of its target. */
  readonly tool: string;
  /** The path in the tool's input, such as `entry.lines[].amount`; absent where the tool itself changed. */
  readonly input?: string;
  /** The path in the tool's output. */
  readonly output?: string;
  /** Whether an agent that works today may fail or behave differently after the change. */
  readonly breaking: boolean;
  /** The value before and after, as text for people; absent where there was or is none. */
  readonly before?: string;
  readonly after?: string;
  /** The change in one sentence. */
  readonly message: string;
}

interface ChangeKind {
  readonly breaking: boolean;
  readonly sentence: string;
}

/** A model acts on descriptions: a changed description changes its behavior as much as a changed type does. */
const changeKinds = {
  toolRemoved: { breaking: true, sentence: 'Tool removed.' },
  toolAdded: { breaking: false, sentence: 'Tool added.' },
  inputRemoved: { breaking: true, sentence: 'Input removed.' },
  inputAdded: { breaking: false, sentence: 'Optional input added.' },
  inputRequired: { breaking: true, sentence: 'Input is now required.' },
  inputOptional: { breaking: false, sentence: 'Input is now optional.' },
  outputSchemaAdded: { breaking: false, sentence: 'Output schema added.' },
  outputSchemaRemoved: { breaking: true, sentence: 'Output schema removed.' },
  outputRemoved: { breaking: true, sentence: 'Output removed.' },
  outputAdded: { breaking: false, sentence: 'Output added.' },
  outputOptional: { breaking: true, sentence: 'Output is now optional.' },
  outputRequired: { breaking: false, sentence: 'Output is now always present.' },
  typeChanged: { breaking: true, sentence: 'Type changed.' },
  valuesChanged: { breaking: true, sentence: 'Constraints or default changed.' },
  inputFewerValues: { breaking: true, sentence: 'Accepts fewer values.' },
  inputMoreValues: { breaking: false, sentence: 'Accepts more values.' },
  outputFewerValues: { breaking: false, sentence: 'Has fewer possible values.' },
  outputMoreValues: { breaking: true, sentence: 'Has new possible values.' },
  descriptionChanged: { breaking: true, sentence: 'Description changed.' },
  toolUnknown: { breaking: true, sentence: 'It is unknown whether this tool changes.' },
} as const satisfies Record<string, ChangeKind>;

/**
 * Compares the tools of two versions of a schema. Order, white space in descriptions and formatting make no difference.
 * Tools are matched by name: a renamed tool is one tool removed and one added.
 *
 * Never throws, whatever JSON values the lists hold: contracts in the bucket and schemas that were applied outside
 * Gateloop may break the type. A tool that cannot be read is a breaking change of unknown effect, unless both lists have
 * the very same one.
 *
 * @returns the changes, by tool in the order of `before`, added tools last
 */
export function compareTools(before: readonly Tool[], after: readonly Tool[]): ToolChange[] {
  const [earlier, later] = [comparableTools(before), comparableTools(after)];
  const changes = [...earlier].flatMap(([identity, entry]) => compareEntries(entry, later.get(identity)));
  const added = [...later].filter(([identity]) => !earlier.has(identity));
  return [...changes, ...added.map(([, entry]) => addition(entry))];
}

function compareEntries(before: ComparableTool, after: ComparableTool | undefined): ToolChange[] {
  if ('tool' in before) {
    const { name: tool, description } = before.tool;
    if (after === undefined) return [change('toolRemoved', { tool }, { before: description })];
    if ('tool' in after) return compareTool(before.tool, after.tool);
  }
  const isSame = after !== undefined && textOf(before) !== undefined && textOf(before) === textOf(after);
  return isSame ? [] : [unknownChange(before)];
}

function textOf(entry: ComparableTool): string | undefined {
  return 'text' in entry ? entry.text : undefined;
}

function addition(entry: ComparableTool): ToolChange {
  return 'tool' in entry
    ? change('toolAdded', { tool: entry.name }, { after: entry.tool.description })
    : unknownChange(entry);
}

/** @returns one change of unknown effect for each tool, for a comparison of which one side is unknown */
export function unknownChanges(tools: readonly Tool[]): ToolChange[] {
  return [...comparableTools(tools).values()].map(unknownChange);
}

function unknownChange({ name }: ComparableTool): ToolChange {
  return change('toolUnknown', { tool: name }, {});
}

/** A location in a tool's input or output schema. At the root of the schema, neither path is set. */
interface SchemaLocation extends Pick<ToolChange, 'tool' | 'input' | 'output'> {
  readonly side: ToolPart;
}

type ToolPart = 'input' | 'output';

function compareTool(before: Tool, after: Tool): ToolChange[] {
  const input: SchemaLocation = { tool: before.name, side: 'input' };
  return [
    ...compareDescriptions(input, before.description, after.description),
    ...compareDescriptions(input, before.inputSchema.description, after.inputSchema.description),
    ...compareSchemas(input, before.inputSchema, after.inputSchema),
    ...compareOutputs({ tool: before.name, side: 'output' }, before.outputSchema, after.outputSchema),
  ];
}

/** An added output schema breaks no agent. Agents may rely on a schema that is removed. */
function compareOutputs(
  place: SchemaLocation,
  before: JsonSchema | undefined,
  after: JsonSchema | undefined,
): ToolChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined || after === undefined)
    return [change(before ? 'outputSchemaRemoved' : 'outputSchemaAdded', { tool: place.tool }, {})];
  return [
    ...compareDescriptions(place, before.description, after.description),
    ...compareSchemas(place, before, after),
  ];
}

function compareSchemas(place: SchemaLocation, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const types = { before: typeText(before), after: typeText(after) };
  // The members of two different types cannot be compared.
  if (types.before !== types.after) return [change('typeChanged', place, types)];
  const values = { before: otherKeywords(before), after: otherKeywords(after) };
  return [
    ...(values.before === values.after ? [] : [change('valuesChanged', place, values)]),
    ...compareEnums(place, before.enum, after.enum),
    ...compareProperties(place, before, after),
    ...compareNested(place, '[]', asSchema(before.items), asSchema(after.items)),
    ...compareNested(
      place,
      '{}',
      asSchema(before.additionalProperties),
      asSchema(after.additionalProperties),
    ),
  ];
}

/** Without an `enum`, every value of the type is one. What is taken from a tool's inputs breaks, as does what its outputs gain. */
function compareEnums(
  place: SchemaLocation,
  before: JsonSchema['enum'],
  after: JsonSchema['enum'],
): ToolChange[] {
  const [earlier, later] = [valuesOf(before), valuesOf(after)];
  const fewer = later !== undefined && (!earlier || [...earlier].some((value) => !later.has(value)));
  const more = earlier !== undefined && (!later || [...later].some((value) => !earlier.has(value)));
  if (!fewer && !more) return [];
  const isBreaking = place.side === 'input' ? fewer : more;
  const kind = enumKinds[place.side][isBreaking ? 'breaking' : 'harmless'];
  return [change(kind, place, { ...joinedValues('before', earlier), ...joinedValues('after', later) })];
}

const enumKinds = {
  input: { breaking: 'inputFewerValues', harmless: 'inputMoreValues' },
  output: { breaking: 'outputMoreValues', harmless: 'outputFewerValues' },
} as const satisfies Record<ToolPart, Record<string, ToolChangeKind>>;

function valuesOf(values: JsonSchema['enum']): ReadonlySet<string> | undefined {
  return values && new Set(values.map((value) => JSON.stringify(canonicalOrder(value, '', true))));
}

function joinedValues(side: 'before' | 'after', values: ReadonlySet<string> | undefined) {
  return values && { [side]: [...values].toSorted(byText).join(', ') };
}

function compareProperties(place: SchemaLocation, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const earlier = propertiesOf(before);
  const later = propertiesOf(after);
  const requires = (schema: JsonSchema, name: string) => schema.required?.includes(name) === true;
  const kept = [...earlier].flatMap(([name, schema]) => {
    const at = memberLocation(place, name);
    const next = later.get(name);
    if (next === undefined) return [change(`${place.side}Removed`, at, { before: typeText(schema) })];
    const [wasRequired, isRequired] = [requires(before, name), requires(after, name)];
    const requirement =
      wasRequired === isRequired
        ? []
        : [change(isRequired ? `${place.side}Required` : `${place.side}Optional`, at, {})];
    return [
      ...requirement,
      ...compareDescriptions(at, schema.description, next.description),
      ...compareSchemas(at, schema, next),
    ];
  });
  const added = [...later].filter(([name]) => !earlier.has(name));
  return [
    ...kept,
    ...added.map(([name, schema]) =>
      change(additionKind(place.side, requires(after, name)), memberLocation(place, name), {
        after: typeText(schema),
      }),
    ),
  ];
}

/** @returns the described properties, and the required names without a description, which accept any value */
function propertiesOf({ properties = {}, required = [] }: JsonSchema): ReadonlyMap<string, JsonSchema> {
  const described = new Map(
    Object.entries(properties).map(([name, schema]) => [name, withoutBoolean(schema)]),
  );
  const demanded = required.filter((name) => !described.has(name));
  return new Map([...described, ...demanded.map((name) => [name, {}] as const)]);
}

/** A new required input breaks agents that do not send it; a new output breaks no agent. */
function additionKind(side: ToolPart, isRequired: boolean): ToolChangeKind {
  if (side === 'output') return 'outputAdded';
  return isRequired ? 'inputRequired' : 'inputAdded';
}

function compareNested(
  place: SchemaLocation,
  suffix: string,
  before: JsonSchema | undefined,
  after: JsonSchema | undefined,
): ToolChange[] {
  if (before === undefined && after === undefined) return [];
  const at: SchemaLocation = { ...place, [place.side]: `${place[place.side] ?? ''}${suffix}` };
  return [
    ...compareDescriptions(at, before?.description, after?.description),
    ...compareSchemas(at, before ?? {}, after ?? {}),
  ];
}

function compareDescriptions(place: SchemaLocation, before = '', after = ''): ToolChange[] {
  return normalizeSpace(before) === normalizeSpace(after)
    ? []
    : [change('descriptionChanged', place, { before, after })];
}

function change(
  kind: ToolChangeKind,
  { tool, side, input, output }: Pick<SchemaLocation, 'tool' | 'input' | 'output'> & Partial<SchemaLocation>,
  sides: Pick<ToolChange, 'before' | 'after'>,
): ToolChange {
  const { breaking, sentence } = changeKinds[kind];
  const place = { tool, ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
  const where = side === 'output' ? ['output', output] : [input];
  const path = where.filter((part) => part !== undefined).join(' ');
  return {
    kind,
    ...place,
    breaking,
    ...sides,
    message: messageText(`${path ? `${tool}, ${path}` : tool}: ${sentence}`),
  };
}

function memberLocation(place: SchemaLocation, name: string): SchemaLocation {
  const above = place[place.side];
  return { ...place, [place.side]: above === undefined ? name : `${above}.${name}` };
}

function typeText({ type }: JsonSchema): string {
  return type === undefined ? 'any' : [type].flat().toSorted().join(' or ');
}

/** JSON Schema has `true` for a schema of any value, and `false` for one of no value. */
function withoutBoolean(schema: JsonSchema | boolean): JsonSchema {
  if (typeof schema !== 'boolean') return schema;
  return schema ? {} : { not: {} };
}

/** `additionalProperties` may be a boolean, and `items` a list of schemas, as in older drafts of JSON Schema. */
function asSchema(value: unknown): JsonSchema | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** Keywords that `compareSchemas` compares one by one. */
const separatelyCompared = new Set(['type', 'description', 'properties', 'required', 'enum']);

/** Keywords that `compareSchemas` compares separately where their value is a schema. */
const comparedAsSchema = new Set(['items', 'additionalProperties']);

/** @returns every other keyword, such as default, bounds and composition, as one comparable text */
function otherKeywords(schema: JsonSchema): string {
  const entries = Object.entries(schema).filter(
    ([name, value]) =>
      !separatelyCompared.has(name) && !(comparedAsSchema.has(name) && asSchema(value) !== undefined),
  );
  return JSON.stringify(canonicalOrder(Object.fromEntries(entries)));
}
