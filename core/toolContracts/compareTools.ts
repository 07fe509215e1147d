import { defined } from '../objects.ts';
import { messageText } from '../problem.ts';
import type { JsonSchema, Tool } from '../schemas/schemaTypes.ts';
import { type ComparableTool, comparableTools, normalizeSpace } from './comparableTools.ts';
import {
  asSchema,
  enumValues,
  isRequiredIn,
  memberPath,
  otherKeywords,
  propertiesOf,
  type SchemaMember,
  schemaMembers,
  type ToolSide,
  toolMembers,
  typeText,
  valuesText,
} from './schemaMembers.ts';

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
  /** Of what is added, removed, of another type, or not comparable: all that the schemas say about it. */
  readonly membersBefore?: readonly SchemaMember[];
  readonly membersAfter?: readonly SchemaMember[];
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
  hintsChanged: { breaking: true, sentence: 'Title or hints changed.' },
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
    if (after === undefined) {
      const membersBefore = toolMembers(before.tool);
      return [change('toolRemoved', { tool }, { before: description, membersBefore })];
    }
    if ('tool' in after) return compareTool(before.tool, after.tool);
  }
  const isSame = after !== undefined && textOf(before) !== undefined && textOf(before) === textOf(after);
  return isSame ? [] : [unknownChange(before.name, { before, after })];
}

function textOf(entry: ComparableTool): string | undefined {
  return 'text' in entry ? entry.text : undefined;
}

function addition(entry: ComparableTool): ToolChange {
  if (!('tool' in entry)) return unknownChange(entry.name, { after: entry });
  const { description } = entry.tool;
  return change(
    'toolAdded',
    { tool: entry.name },
    { after: description, membersAfter: toolMembers(entry.tool) },
  );
}

/** @returns the change of what a server says of a tool to the person before the agent, such as `readOnlyHint` */
export function hintsChange(tool: string, before: string, after: string): ToolChange {
  return change('hintsChanged', { tool }, { before, after });
}

/**
 * @param side the one that the tools are known of
 * @returns one change of unknown effect for each tool, for a comparison of which the other side is unknown
 */
export function unknownChanges(tools: readonly Tool[], side: 'before' | 'after'): ToolChange[] {
  return [...comparableTools(tools).values()].map((entry) => unknownChange(entry.name, { [side]: entry }));
}

function unknownChange(
  tool: string,
  { before, after }: { readonly before?: ComparableTool; readonly after?: ComparableTool | undefined },
): ToolChange {
  const [was, is] = [before && wholeEntry(before), after && wholeEntry(after)];
  return change(
    'toolUnknown',
    { tool },
    {
      ...(was && { before: was.text, membersBefore: was.members }),
      ...(is && { after: is.text, membersAfter: is.members }),
    },
  );
}

/** @returns all that is known of an entry of a list of tools */
function wholeEntry(entry: ComparableTool): {
  readonly text: string;
  readonly members: readonly SchemaMember[];
} {
  if ('tool' in entry) return { text: entry.tool.description, members: toolMembers(entry.tool) };
  return { text: textOf(entry) ?? 'It is nested too deeply to be shown.', members: [] };
}

/** A location in a tool's input or output schema. At the root of the schema, neither path is set. */
interface SchemaLocation extends Pick<ToolChange, 'tool' | 'input' | 'output'> {
  readonly side: ToolSide;
}

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
    return [
      change(
        before ? 'outputSchemaRemoved' : 'outputSchemaAdded',
        { tool: place.tool },
        wholeSchemas(place, before, after),
      ),
    ];
  return [
    ...compareDescriptions(place, before.description, after.description),
    ...compareSchemas(place, before, after),
  ];
}

function compareSchemas(place: SchemaLocation, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const types = { before: typeText(before), after: typeText(after) };
  // The members of two different types cannot be compared.
  if (types.before !== types.after)
    return [change('typeChanged', place, { ...types, ...wholeSchemas(place, before, after) })];
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
  const [earlier, later] = [enumValues(before), enumValues(after)];
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
} as const satisfies Record<ToolSide, Record<string, ToolChangeKind>>;

function joinedValues(side: 'before' | 'after', values: ReadonlySet<string> | undefined) {
  return values && { [side]: valuesText(values) };
}

function compareProperties(place: SchemaLocation, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const earlier = propertiesOf(before);
  const later = propertiesOf(after);
  const kept = [...earlier].flatMap(([name, schema]) => {
    const at = memberLocation(place, name);
    const next = later.get(name);
    if (next === undefined)
      return [change(`${place.side}Removed`, at, { before: typeText(schema), ...wholeSchemas(at, schema) })];
    const [wasRequired, isRequired] = [isRequiredIn(before, name), isRequiredIn(after, name)];
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
    ...added.map(([name, schema]) => {
      const at = memberLocation(place, name);
      const isRequired = isRequiredIn(after, name);
      const whole = wholeSchemas({ ...at, ...(isRequired && { isRequired }) }, undefined, schema);
      return change(additionKind(place.side, isRequired), at, { after: typeText(schema), ...whole });
    }),
  ];
}

/** A new required input breaks agents that do not send it; a new output breaks no agent. */
function additionKind(side: ToolSide, isRequired: boolean): ToolChangeKind {
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
  sides: Pick<ToolChange, 'before' | 'after' | 'membersBefore' | 'membersAfter'>,
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
  return { ...place, [place.side]: memberPath(place[place.side], name) };
}

/** @returns what the schemas of a place say in all; nothing for a schema of a type alone, which the change shows */
function wholeSchemas(
  { side, isRequired, ...place }: SchemaLocation & Pick<SchemaMember, 'isRequired'>,
  before?: JsonSchema,
  after?: JsonSchema,
): Pick<ToolChange, 'membersBefore' | 'membersAfter'> {
  const membersOf = (schema: JsonSchema | undefined) => {
    const at = { side, path: place[side] ?? '', ...(isRequired && { isRequired }) };
    const members = schema ? schemaMembers(at, schema) : [];
    const [first, ...others] = members;
    const { description, values, rules } = first ?? {};
    return [description, values, rules, others[0]].some((part) => part !== undefined) ? members : undefined;
  };
  return defined({ membersBefore: membersOf(before), membersAfter: membersOf(after) });
}
