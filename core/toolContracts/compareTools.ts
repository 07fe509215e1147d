import type { JsonSchema, Tool } from '../schemas/schemaTypes.ts';

/** The ways in which what agents rely on can change. */
export type ToolChangeKind = keyof typeof changeKinds;

/** One difference between two lists of tools. */
export interface ToolChange {
  readonly kind: ToolChangeKind;
  /** The tool's name without its target. */
  readonly tool: string;
  /** Where in the tool's input, such as `entry.lines[].amount`; absent where the tool itself has changed. */
  readonly input?: string;
  /** The same in what the tool answers. */
  readonly output?: string;
  /** Whether an agent that works today may fail, or act otherwise, tomorrow. */
  readonly breaking: boolean;
  /** What it was and what it is, as text for people; absent where there was or is nothing. */
  readonly before?: string;
  readonly after?: string;
  /** The change in one sentence. */
  readonly message: string;
}

interface ChangeKind {
  readonly breaking: boolean;
  readonly sentence: string;
}

/** A description is what a model acts on: changing it changes behaviour as much as a type does. */
const changeKinds = {
  toolRemoved: { breaking: true, sentence: 'The tool is gone.' },
  toolAdded: { breaking: false, sentence: 'The tool is new.' },
  inputRemoved: { breaking: true, sentence: 'The input is gone.' },
  inputAdded: { breaking: false, sentence: 'The input is new and may be left out.' },
  inputRequired: { breaking: true, sentence: 'The input must now be given.' },
  inputOptional: { breaking: false, sentence: 'The input may now be left out.' },
  answerDescribed: { breaking: false, sentence: 'What it answers is described from now on.' },
  answerUndescribed: { breaking: true, sentence: 'What it answers is not described any more.' },
  outputRemoved: { breaking: true, sentence: 'The answer does not have it any more.' },
  outputAdded: { breaking: false, sentence: 'The answer has it from now on.' },
  outputOptional: { breaking: true, sentence: 'The answer may now lack it.' },
  outputRequired: { breaking: false, sentence: 'The answer now always has it.' },
  typeChanged: { breaking: true, sentence: 'The type has changed.' },
  valuesChanged: { breaking: true, sentence: 'What is accepted, or assumed, has changed.' },
  inputFewerValues: { breaking: true, sentence: 'It accepts fewer values.' },
  inputMoreValues: { breaking: false, sentence: 'It accepts more values.' },
  outputFewerValues: { breaking: false, sentence: 'It has fewer values.' },
  outputMoreValues: { breaking: true, sentence: 'It may have other values than before.' },
  descriptionChanged: { breaking: true, sentence: 'The description has changed.' },
  toolUnknown: { breaking: true, sentence: 'Whether it changes cannot be told.' },
} as const satisfies Record<string, ChangeKind>;

/**
 * Compares what two versions of a schema offer to agents. Order, white space in descriptions, and formatting make no
 * difference. Names are compared as they are: a renamed tool is one gone and one new.
 *
 * @returns the changes, by tool in the order of `before`, new tools last
 */
export function compareTools(before: readonly Tool[], after: readonly Tool[]): ToolChange[] {
  const later = new Map(after.map((tool) => [tool.name, tool]));
  const earlier = new Set(before.map(({ name }) => name));
  const changes = before.flatMap((tool) => {
    const next = later.get(tool.name);
    return next === undefined
      ? [change('toolRemoved', { tool: tool.name }, { before: tool.description })]
      : compareTool(tool, next);
  });
  const added = after.filter(({ name }) => !earlier.has(name));
  return [
    ...changes,
    ...added.map(({ name, description }) => change('toolAdded', { tool: name }, { after: description })),
  ];
}

/** What is said of tools of which one side is not known. */
export function unknownChanges(tools: readonly Tool[]): ToolChange[] {
  return tools.map(({ name }) => change('toolUnknown', { tool: name }, {}));
}

/** A place in what a tool takes (`input`) or answers (`output`). At its root, neither is named. */
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

/** What a tool says of its answers for the first time breaks nothing; what it says no more, agents may miss. */
function compareOutputs(
  place: SchemaLocation,
  before: JsonSchema | undefined,
  after: JsonSchema | undefined,
): ToolChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined || after === undefined)
    return [change(before ? 'answerUndescribed' : 'answerDescribed', { tool: place.tool }, {})];
  return [
    ...compareDescriptions(place, before.description, after.description),
    ...compareSchemas(place, before, after),
  ];
}

function compareSchemas(place: SchemaLocation, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const types = { before: typeText(before), after: typeText(after) };
  // What lies inside another type cannot be compared with what lay inside this one.
  if (types.before !== types.after) return [change('typeChanged', place, types)];
  const values = { before: otherKeywords(before), after: otherKeywords(after) };
  return [
    ...(values.before === values.after ? [] : [change('valuesChanged', place, values)]),
    ...compareEnums(place, before.enum, after.enum),
    ...compareProperties(place, before, after),
    ...compareNested(place, '[]', before.items, after.items),
    ...compareNested(
      place,
      '{}',
      schemaOrNone(before.additionalProperties),
      schemaOrNone(after.additionalProperties),
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
    const [was, is] = [requires(before, name), requires(after, name)];
    const requirement =
      was === is ? [] : [change(is ? `${place.side}Required` : `${place.side}Optional`, at, {})];
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

/** What is described, and what is only demanded: that may be anything, but must be there. */
function propertiesOf({ properties = {}, required = [] }: JsonSchema): ReadonlyMap<string, JsonSchema> {
  const described = new Map(Object.entries(properties));
  const demanded = required.filter((name) => !described.has(name));
  return new Map([...described, ...demanded.map((name) => [name, {}] as const)]);
}

/** A new input that must be given breaks whoever does not give it; a new output, however certain, breaks nobody. */
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

function normalizeSpace(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
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
  const where = side === 'output' ? ['answer', output] : [input];
  const path = where.filter((part) => part !== undefined).join(' ');
  return { kind, ...place, breaking, ...sides, message: `${path ? `${tool}, ${path}` : tool}: ${sentence}` };
}

function memberLocation(place: SchemaLocation, name: string): SchemaLocation {
  const above = place[place.side];
  return { ...place, [place.side]: above === undefined ? name : `${above}.${name}` };
}

function typeText({ type }: JsonSchema): string {
  return type === undefined ? 'any' : [type].flat().toSorted().join(' or ');
}

function schemaOrNone(value: unknown): JsonSchema | undefined {
  return isSchema(value) ? value : undefined;
}

/** "additionalProperties" is the one keyword that holds either a schema or a boolean. */
function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}

/** Keywords that are compared one by one. */
const separatelyCompared = new Set(['type', 'description', 'properties', 'required', 'items', 'enum']);

/** Everything else that a schema demands, such as enum, default, bounds and composition, in one comparable text. */
function otherKeywords(schema: JsonSchema): string {
  const entries = Object.entries(schema).filter(
    ([name, value]) =>
      !separatelyCompared.has(name) &&
      !(name === 'additionalProperties' && schemaOrNone(value) !== undefined),
  );
  return JSON.stringify(canonicalOrder(Object.fromEntries(entries)));
}

/** Keywords whose lists are sets: their order means nothing. */
const setKeywords = new Set(['allOf', 'anyOf', 'enum', 'oneOf', 'required', 'type']);

/** Keywords that hold values rather than schemas: in these, a `description` is no prose, and every space counts. */
const valueKeywords = new Set(['const', 'default', 'enum']);

function canonicalOrder(value: unknown, keyword = '', isValue = false): unknown {
  if (keyword === 'description' && typeof value === 'string' && !isValue) return normalizeSpace(value);
  const holdsValues = isValue || valueKeywords.has(keyword);
  if (Array.isArray(value)) {
    const items = value.map((item) => canonicalOrder(item, '', holdsValues));
    return setKeywords.has(keyword) && !isValue ? items.toSorted(byText) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, held]) => [name, canonicalOrder(held, name, holdsValues)] as const)
      .toSorted(([one], [other]) => byText(one, other)),
  );
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
