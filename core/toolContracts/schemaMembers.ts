import { isJsonObject } from '../json.ts';
import type { JsonSchema, Tool } from '../schemas/schemaTypes.ts';
import { visible } from '../text/visible.ts';
import { byText, canonicalOrder } from './comparableTools.ts';

/** One value of a tool's input or output, with everything that its schema says about it. */
export interface SchemaMember {
  readonly side: ToolSide;
  /** The path in the input or output, such as `entry.lines[].amount`; empty for the whole. */
  readonly path: string;
  /** Such as `string`, `integer or null`, `any`. */
  readonly type: string;
  readonly isRequired?: true;
  readonly description?: string;
  /** The possible values as JSON, in a fixed order. */
  readonly values?: string;
  /** All other keywords of the schema, such as bounds and composition, as one JSON object. */
  readonly rules?: string;
}

export type ToolSide = 'input' | 'output';

/** @returns the members of a tool's input and output: with its description, all that an agent learns of the tool */
export function toolMembers({ inputSchema, outputSchema }: Tool): SchemaMember[] {
  return [
    ...schemaMembers({ side: 'input', path: '' }, inputSchema),
    ...(outputSchema ? schemaMembers({ side: 'output', path: '' }, outputSchema) : []),
  ];
}

/** @returns the value itself and all below it, in the order of the schema */
export function schemaMembers(
  place: Pick<SchemaMember, 'side' | 'path' | 'isRequired'>,
  schema: JsonSchema,
): SchemaMember[] {
  const { description } = schema;
  const values = enumValues(schema.enum);
  const rules = otherKeywords(schema);
  const own: SchemaMember = {
    ...place,
    type: typeText(schema),
    ...(description !== undefined && description !== '' && { description }),
    ...(values && { values: valuesText(values) }),
    ...(rules !== '{}' && { rules }),
  };
  const { side, path } = place;
  const nested = [
    ['[]', asSchema(schema.items)],
    ['{}', asSchema(schema.additionalProperties)],
  ] as const;
  return [
    own,
    ...[...propertiesOf(schema)].flatMap(([name, property]) =>
      schemaMembers(
        { side, path: memberPath(path, name), ...(isRequiredIn(schema, name) && { isRequired: true }) },
        property,
      ),
    ),
    ...nested.flatMap(([suffix, inner]) =>
      inner ? schemaMembers({ side, path: `${path}${suffix}` }, inner) : [],
    ),
  ];
}

/** A name that reads as one step of a path. Any other is quoted: a dot or a blank in it could pass for another path. */
const PLAIN_NAME = /^[\w$/@:-]+$/;

export function memberPath(above: string | undefined, name: string): string {
  if (!PLAIN_NAME.test(name)) return `${above ?? ''}[${visible(JSON.stringify(name))}]`;
  return above === undefined || above === '' ? name : `${above}.${name}`;
}

export function isRequiredIn({ required }: JsonSchema, name: string): boolean {
  return required?.includes(name) === true;
}

/** @returns the described properties, and the required names without a description, which accept any value */
export function propertiesOf({
  properties = {},
  required = [],
}: JsonSchema): ReadonlyMap<string, JsonSchema> {
  const described = new Map(
    Object.entries(properties).map(([name, schema]) => [name, withoutBoolean(schema)]),
  );
  const demanded = required.filter((name) => !described.has(name));
  return new Map([...described, ...demanded.map((name) => [name, {}] as const)]);
}

/** JSON Schema has `true` for a schema of any value, and `false` for one of no value. */
function withoutBoolean(schema: JsonSchema | boolean): JsonSchema {
  if (typeof schema !== 'boolean') return schema;
  return schema ? {} : { not: {} };
}

export function typeText({ type }: JsonSchema): string {
  return type === undefined ? 'any' : [type].flat().toSorted().join(' or ');
}

/** @returns the values of an `enum` as JSON; undefined without an `enum` */
export function enumValues(values: JsonSchema['enum']): ReadonlySet<string> | undefined {
  return values && new Set(values.map((value) => JSON.stringify(canonicalOrder(value, '', true))));
}

export function valuesText(values: ReadonlySet<string>): string {
  return [...values].toSorted(byText).join(', ');
}

/** `additionalProperties` may be a boolean, and `items` a list of schemas, as in older drafts of JSON Schema. */
export function asSchema(value: unknown): JsonSchema | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** Keywords that are compared and shown one by one. */
const separateKeywords = new Set(['type', 'description', 'properties', 'required', 'enum']);

/** Keywords that are compared and shown as members where their value is a schema. */
const nestedKeywords = new Set(['items', 'additionalProperties']);

/** @returns every other keyword, such as default, bounds and composition, as one comparable text */
export function otherKeywords(schema: JsonSchema): string {
  const entries = Object.entries(schema).filter(
    ([name, value]) =>
      !separateKeywords.has(name) && !(nestedKeywords.has(name) && asSchema(value) !== undefined),
  );
  return JSON.stringify(canonicalOrder(Object.fromEntries(entries)));
}
