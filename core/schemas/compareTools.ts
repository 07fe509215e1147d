import type { JsonSchema, Tool } from './schemaReading.ts';

/** The ways in which what agents rely on can change. */
export type ToolChangeKind = keyof typeof changeKinds;

/** One difference between two lists of tools. */
export interface ToolChange {
  readonly kind: ToolChangeKind;
  /** The tool's name without its target. */
  readonly tool: string;
  /** Where in the tool's input, such as `entry.lines[].amount`; absent where the tool itself has changed. */
  readonly input?: string;
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
  typeChanged: { breaking: true, sentence: 'The type has changed.' },
  valuesChanged: { breaking: true, sentence: 'What is accepted, or assumed, has changed.' },
  descriptionChanged: { breaking: true, sentence: 'The description has changed.' },
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

type Place = Pick<ToolChange, 'tool' | 'input'>;

function compareTool(before: Tool, after: Tool): ToolChange[] {
  const place: Place = { tool: before.name };
  return [
    ...compareDescriptions(place, before.description, after.description),
    ...compareDescriptions(place, before.inputSchema.description, after.inputSchema.description),
    ...compareSchemas(place, before.inputSchema, after.inputSchema),
  ];
}

function compareSchemas(place: Place, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const types = { before: typeText(before), after: typeText(after) };
  // What lies inside another type cannot be compared with what lay inside this one.
  if (types.before !== types.after) return [change('typeChanged', place, types)];
  const values = { before: otherKeywords(before), after: otherKeywords(after) };
  return [
    ...(values.before === values.after ? [] : [change('valuesChanged', place, values)]),
    ...compareProperties(place, before, after),
    ...compareWithin(place, '[]', before.items, after.items),
    ...compareWithin(
      place,
      '{}',
      schemaOrNone(before.additionalProperties),
      schemaOrNone(after.additionalProperties),
    ),
  ];
}

function compareProperties(place: Place, before: JsonSchema, after: JsonSchema): ToolChange[] {
  const earlier = new Map(Object.entries(before.properties ?? {}));
  const later = new Map(Object.entries(after.properties ?? {}));
  const requires = (schema: JsonSchema, name: string) => schema.required?.includes(name) === true;
  const kept = [...earlier].flatMap(([name, schema]) => {
    const at = within(place, name);
    const next = later.get(name);
    if (next === undefined) return [change('inputRemoved', at, { before: typeText(schema) })];
    const [was, is] = [requires(before, name), requires(after, name)];
    const duty = was === is ? [] : [change(is ? 'inputRequired' : 'inputOptional', at, {})];
    return [
      ...duty,
      ...compareDescriptions(at, schema.description, next.description),
      ...compareSchemas(at, schema, next),
    ];
  });
  const added = [...later].filter(([name]) => !earlier.has(name));
  return [
    ...kept,
    ...added.map(([name, schema]) =>
      change(requires(after, name) ? 'inputRequired' : 'inputAdded', within(place, name), {
        after: typeText(schema),
      }),
    ),
  ];
}

function compareWithin(
  place: Place,
  suffix: string,
  before: JsonSchema | undefined,
  after: JsonSchema | undefined,
): ToolChange[] {
  if (before === undefined && after === undefined) return [];
  const at: Place = { tool: place.tool, input: `${place.input ?? ''}${suffix}` };
  return [
    ...compareDescriptions(at, before?.description, after?.description),
    ...compareSchemas(at, before ?? {}, after ?? {}),
  ];
}

function compareDescriptions(place: Place, before = '', after = ''): ToolChange[] {
  const words = (text: string) => text.trim().replaceAll(/\s+/g, ' ');
  return words(before) === words(after) ? [] : [change('descriptionChanged', place, { before, after })];
}

function change(kind: ToolChangeKind, place: Place, sides: Pick<ToolChange, 'before' | 'after'>): ToolChange {
  const { breaking, sentence } = changeKinds[kind];
  const where = place.input === undefined ? place.tool : `${place.tool}, ${place.input}`;
  return { kind, ...place, breaking, ...sides, message: `${where}: ${sentence}` };
}

function within({ tool, input }: Place, name: string): Place {
  return { tool, input: input === undefined ? name : `${input}.${name}` };
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
const comparedApart = new Set(['type', 'description', 'properties', 'required', 'items']);

/** Everything else that a schema demands, such as enum, default, bounds and composition, in one comparable text. */
function otherKeywords(schema: JsonSchema): string {
  const entries = Object.entries(schema).filter(
    ([name, value]) =>
      !comparedApart.has(name) && !(name === 'additionalProperties' && schemaOrNone(value) !== undefined),
  );
  return JSON.stringify(sorted(Object.fromEntries(entries)));
}

/** Keywords whose lists are sets: their order means nothing. */
const setKeywords = new Set(['allOf', 'anyOf', 'enum', 'oneOf', 'required', 'type']);

function sorted(value: unknown, keyword?: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => sorted(item));
    return keyword !== undefined && setKeywords.has(keyword) ? items.toSorted(byText) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, held]) => [name, sorted(held, name)] as const)
      .toSorted(([one], [other]) => byText(one, other)),
  );
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
