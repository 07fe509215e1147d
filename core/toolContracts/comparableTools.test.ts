import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tool } from '../schemas/schemaTypes.ts';
import { compareTools, unknownChanges } from './compareTools.ts';
import { diffContracts, needsApproval } from './toolContract.ts';

/** A stored contract or a schema from outside Gateloop, of which nothing has checked the type. */
const unchecked = (list: unknown) => list as readonly Tool[];

const find = { name: 'find', description: 'Finds.', inputSchema: { type: 'object' } };
const withInput = (inputSchema: unknown) => unchecked([{ ...find, inputSchema }]);
const withProperty = (property: unknown) => withInput({ type: 'object', properties: { sort: property } });
const kindsOf = (before: readonly Tool[], after: readonly Tool[]) =>
  compareTools(before, after).map(({ kind, tool }) => [kind, tool]);

/** Every keyword that the comparison reads, with a value that breaks JSON Schema. */
const malformed: [string, unknown][] = [
  ['type', 5],
  ['type', ['string', 5]],
  ['type', null],
  ['description', 5],
  ['properties', 'x'],
  ['properties', ['x']],
  ['properties', { a: 5 }],
  ['properties', { a: null }],
  ['required', 'a'],
  ['required', [5]],
  ['items', 3],
  ['items', [{ type: 5 }]],
  ['anyOf', { type: 'string' }],
  ['prefixItems', [5]],
  ['not', 'string'],
  ['$defs', { a: 'string' }],
  ['enum', 'asc'],
  ['enum', { asc: true }],
  ['additionalProperties', 'no'],
  ['additionalProperties', null],
];

describe('compareTools: malformed schemas', () => {
  it.each(malformed)(
    'compareTools: asks about a change from or to a schema whose "%s" is %j',
    (name, value) => {
      const whole = { type: 'object' };
      for (const wrap of [withInput, withProperty, (schema: unknown) => withProperty({ items: schema })]) {
        const broken = wrap({ [name]: value });
        expect(kindsOf(broken, wrap(whole))).toEqual([['toolUnknown', 'find']]);
        expect(kindsOf(wrap(whole), broken)).toEqual([['toolUnknown', 'find']]);
        expect(kindsOf(broken, wrap({ [name]: value }))).toEqual([]);
      }
      const output = unchecked([{ ...find, outputSchema: { [name]: value } }]);
      expect(kindsOf(unchecked([find]), output)).toEqual([['toolUnknown', 'find']]);
    },
  );

  it.each<[string, unknown]>([
    ['a type', 'string'],
    ['several types', ['string', 'null']],
  ])('compareTools: reads %s', (_, type) => {
    expect(kindsOf(withProperty({ type }), withProperty({ type: 'number' }))).toEqual([
      ['typeChanged', 'find'],
    ]);
  });

  it('compareTools: reads a list of schemas in items', () => {
    const pair = (...items: unknown[]) => withInput({ type: 'array', items });
    expect(kindsOf(pair({}, { type: 'string' }), pair({}, { type: 'string' }))).toEqual([]);
    expect(kindsOf(pair({}, { type: 'string' }), pair({ type: 'string' }, {}))).toEqual([
      ['valuesChanged', 'find'],
    ]);
  });

  it('compareTools: reads a boolean as the schema of any value or of none', () => {
    expect(kindsOf(withProperty(true), withProperty({}))).toEqual([]);
    expect(kindsOf(withProperty(false), withProperty({ not: {} }))).toEqual([]);
    expect(kindsOf(withProperty(true), withProperty(false))).toEqual([['valuesChanged', 'find']]);
  });

  it.each([true, false, { type: 'string' }])('compareTools: reads the additionalProperties %j', (value) => {
    const kinds = kindsOf(
      withInput({ additionalProperties: value }),
      withInput({ additionalProperties: 'no' }),
    );
    expect(kinds).toEqual([['toolUnknown', 'find']]);
    const same = withInput({ additionalProperties: value, maxProperties: 1 });
    expect(kindsOf(withInput({ additionalProperties: value }), same)).toEqual([['valuesChanged', 'find']]);
  });

  it.each<[string, unknown]>([
    ['without a description', { name: 'find', inputSchema: {} }],
    ['without an inputSchema', { name: 'find', description: '' }],
    ['whose inputSchema is a list', { ...find, inputSchema: [] }],
    ['whose inputSchema is null', { ...find, inputSchema: null }],
    ['whose outputSchema is text', { ...find, outputSchema: 'x' }],
  ])('compareTools: asks about a tool %s', (_, entry) => {
    expect(kindsOf(unchecked([entry]), unchecked([find]))).toEqual([['toolUnknown', 'find']]);
    expect(kindsOf(unchecked([find]), unchecked([entry]))).toEqual([['toolUnknown', 'find']]);
    expect(kindsOf(unchecked([]), unchecked([entry]))).toEqual([['toolUnknown', 'find']]);
    expect(kindsOf(unchecked([entry]), unchecked([]))).toEqual([['toolUnknown', 'find']]);
    expect(kindsOf(unchecked([entry]), unchecked([entry]))).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ tools: {} }, '{"tools":{}}'],
    ['find', '"find"'],
    [null, 'null'],
    [[{ name: 5, description: 'x'.repeat(100) }], `{"description":"${'x'.repeat(64)}`],
    [[[find]], '[{"description":"Finds.","inputSchema":{"type":"object"},"name":"find"}]'],
  ])('compareTools: asks about %j in place of a list of tools with names', (list, name) => {
    const added = ['toolAdded', 'find'];
    expect(kindsOf(unchecked(list), unchecked([find]))).toEqual([['toolUnknown', name], added]);
    expect(kindsOf(unchecked(list), unchecked(structuredClone(list)))).toEqual([]);
  });

  it('compareTools: takes no unnamed entry for a tool that has its text as name', () => {
    const named = unchecked([{ ...find, name: '5' }]);
    expect(kindsOf(unchecked([5]), named)).toEqual([
      ['toolUnknown', '5'],
      ['toolAdded', '5'],
    ]);
  });

  it('compareTools: ignores the order of members and the space in descriptions of a malformed tool', () => {
    const one = { name: 'find', description: 'Finds  it.', inputSchema: { type: 5, required: ['a', 'b'] } };
    const other = { inputSchema: { required: ['b', 'a'], type: 5 }, description: ' Finds it.', name: 'find' };
    expect(kindsOf(unchecked([one]), unchecked([other]))).toEqual([]);
  });

  const nested = (levels: number) => {
    let schema: unknown = { type: 'string' };
    for (let level = 0; level < levels; level += 1) schema = { items: schema };
    return withInput(schema);
  };

  it('compareTools: compares a tool of 900 levels, and asks about one of 100,000', () => {
    expect(kindsOf(nested(900), nested(900))).toEqual([]);
    expect(kindsOf(nested(900), nested(901))).toEqual([['typeChanged', 'find']]);
    expect(kindsOf(nested(100_000), nested(100_000))).toEqual([['toolUnknown', 'find']]);
    expect(kindsOf(unchecked([find]), nested(100_000))).toEqual([['toolUnknown', 'find']]);
    const [unnamed] = compareTools(unchecked([[nested(100_000)]]), []);
    expect(unnamed?.message).toContain('an entry that is nested too deeply');
  });

  it('unknownChanges: lists a malformed entry too', () => {
    expect(unknownChanges(unchecked([find, null]), 'after').map(({ tool }) => tool)).toEqual([
      'find',
      'null',
    ]);
  });
});

describe('compareTools: any JSON value', () => {
  const anyJson = fc.jsonValue({ maxDepth: 4 });
  const keyword = fc.constantFrom(...malformed.map(([name]) => name), '__proto__', 'constructor', 'allOf');
  const anySchema = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      anyJson,
      fc.dictionary(keyword, fc.oneof(anyJson, tie('schema'), fc.dictionary(keyword, tie('schema'))), {
        maxKeys: 3,
      }),
    ),
  })).schema;
  const anyTool = fc.oneof(
    anyJson,
    fc.record(
      {
        name: fc.oneof(fc.constantFrom('a', 'b'), anyJson),
        description: fc.oneof(fc.constant('a'), anyJson),
        inputSchema: anySchema,
        outputSchema: anySchema,
      },
      { requiredKeys: [] },
    ),
  );
  const anyList = fc
    .oneof({ weight: 5, arbitrary: fc.array(anyTool, { maxLength: 3 }) }, { weight: 1, arbitrary: anyJson })
    .map(unchecked);

  it('compareTools: never throws, and says "breaking" of each change to something that it cannot read', () => {
    fc.assert(
      fc.property(anyList, anyList, (before, after) => {
        for (const { kind, breaking, message } of compareTools(before, after)) {
          expect(message).not.toBe('');
          if (kind === 'toolUnknown') expect(breaking).toBe(true);
        }
        expect(diffContracts({ tools: before }, { dynamic: true }).unknown).toBeDefined();
      }),
    );
  });

  it('compareTools: finds no change between a list and its copy', () => {
    fc.assert(
      fc.property(anyList, (list) => {
        expect(compareTools(list, structuredClone(list))).toEqual([]);
      }),
    );
  });

  it('compareTools: needs approval where a readable tool is replaced by anything that is none', () => {
    fc.assert(
      fc.property(anySchema, (inputSchema) => {
        const [before, after] = [
          unchecked([{ ...find, inputSchema: { type: 'object', minProperties: 1 } }]),
          withInput(inputSchema),
        ];
        const change = diffContracts({ tools: before }, { tools: after });
        if (typeof inputSchema !== 'object' || inputSchema === null)
          expect(needsApproval(change, 'breaking')).toBe(true);
        expect(compareTools(before, after)).toEqual(change.changes);
      }),
    );
  });
});
