import { describe, expect, it } from 'vitest';
import { readSchema } from './readSchema.ts';

type Shapes = Record<string, Record<string, unknown>>;

const target = (name: string) => ({ target: name.includes('#') ? name : `example.cards#${name}` });
const documentation = (text: string) => ({ 'smithy.api#documentation': text });

const shapes: Shapes = {
  'example.cards#Cards': {
    type: 'service',
    version: '2026-01-01',
    operations: [target('BlockCard')],
    resources: [target('Card')],
    traits: { 'aws.protocols#restJson1': {}, 'aws.api#service': { sdkId: 'Cards' } },
  },
  'example.cards#Card': {
    type: 'resource',
    identifiers: { number: target('smithy.api#String') },
    read: target('GetCard'),
  },
  'example.cards#GetCard': {
    type: 'operation',
    input: target('GetCardInput'),
    output: target('smithy.api#Unit'),
    traits: {
      'smithy.api#http': { method: 'GET', uri: '/cards/{number}' },
      ...documentation('Finds a card.'),
    },
  },
  'example.cards#GetCardInput': {
    type: 'structure',
    members: {
      number: {
        ...target('smithy.api#String'),
        traits: { 'smithy.api#required': {}, 'smithy.api#httpLabel': {}, ...documentation('The number.') },
      },
    },
  },
  'example.cards#BlockCard': {
    type: 'operation',
    input: target('BlockCardInput'),
    traits: { 'smithy.api#http': { method: 'POST', uri: '/blocks' }, ...documentation('Blocks a card.') },
  },
  'example.cards#BlockCardInput': {
    type: 'structure',
    mixins: [target('Traced')],
    members: {
      reason: { ...target('Reason'), traits: { 'smithy.api#required': {} } },
      until: target('smithy.api#Timestamp'),
      amount: target('smithy.api#Double'),
      attempts: target('smithy.api#Integer'),
      places: target('Places'),
      labels: target('Labels'),
      level: target('Level'),
      rule: target('Rule'),
    },
  },
  'example.cards#Traced': {
    type: 'structure',
    members: { trace: target('smithy.api#String') },
    traits: { 'smithy.api#mixin': {} },
  },
  'example.cards#Reason': {
    type: 'enum',
    members: {
      LOST: { ...target('smithy.api#Unit'), traits: { 'smithy.api#enumValue': 'lost' } },
      STOLEN: target('smithy.api#Unit'),
    },
  },
  'example.cards#Places': { type: 'list', member: target('smithy.api#String') },
  'example.cards#Labels': {
    type: 'map',
    key: target('smithy.api#String'),
    value: target('smithy.api#Boolean'),
  },
  'example.cards#Level': {
    type: 'string',
    traits: { 'smithy.api#enum': [{ value: 'soft' }, { value: 'hard' }], ...documentation('How hard.') },
  },
  'example.cards#Rule': {
    type: 'union',
    members: { any: target('Rules'), country: target('smithy.api#String') },
  },
  'example.cards#Rules': { type: 'list', member: target('Rule') },
};

/** Reads the model with some shapes replaced; undefined removes a shape. */
function read(
  changes: Record<string, Record<string, unknown> | undefined> = {},
  head: Record<string, unknown> = { smithy: '2.0' },
) {
  const changed = Object.fromEntries(
    Object.entries(changes).map(([name, shape]) => [`example.cards#${name}`, shape]),
  );
  const model = { ...head, shapes: { ...shapes, ...changed } };
  return readSchema('smithy', new TextEncoder().encode(JSON.stringify(model)), 'cards.json');
}

const shape = (name: string) => shapes[`example.cards#${name}`] ?? {};

describe('readSchema, for Smithy models', () => {
  it.each(['1.0', '2.0', '2'])('accepts version %s', (smithy) => {
    expect(read({}, { smithy }).problems).toEqual([]);
  });

  it('derives a tool from each operation of the services and their resources', () => {
    expect(read().tools).toEqual([
      {
        name: 'BlockCard',
        description: 'Blocks a card.',
        inputSchema: {
          type: 'object',
          properties: {
            trace: { type: 'string' },
            reason: { type: 'string', enum: ['lost', 'STOLEN'] },
            until: { type: 'string', format: 'date-time' },
            amount: { type: 'number' },
            attempts: { type: 'integer' },
            places: { type: 'array', items: { type: 'string' } },
            labels: { type: 'object', additionalProperties: { type: 'boolean' } },
            level: { type: 'string', enum: ['soft', 'hard'], description: 'How hard.' },
            rule: {
              type: 'object',
              properties: { any: { type: 'array', items: { type: 'object' } }, country: { type: 'string' } },
            },
          },
          required: ['reason'],
        },
      },
      {
        name: 'GetCard',
        description: 'Finds a card.',
        inputSchema: {
          type: 'object',
          properties: { number: { type: 'string', description: 'The number.' } },
          required: ['number'],
        },
      },
    ]);
  });

  it('accepts a minimal model, with traits applied to a shape of another file', () => {
    const model = (traits: object) => ({
      smithy: '2.0',
      shapes: {
        'a#S': { type: 'service', operations: [target('a#Do')], traits },
        'a#Do': {
          type: 'operation',
          traits: { 'smithy.api#http': { method: 'GET', uri: '/' }, ...documentation('Does it.') },
        },
        'b#Other': { type: 'apply', traits: documentation('Defined elsewhere.') },
      },
    });
    const rulesOf = (value: unknown) =>
      readSchema('smithy', new TextEncoder().encode(JSON.stringify(value)), 'a.json').problems.map(
        ({ rule }) => rule,
      );
    expect(rulesOf(model({ 'aws.api#service': {} }))).toEqual(['smithy-protocol']);
    expect(rulesOf(model({ 'aws.api#service': {}, 'aws.protocols#restJson1': {} }))).toEqual([]);
  });

  const service = shape('Cards');
  const awsService = { 'aws.api#service': { sdkId: 'Cards' } };
  const getCard = shape('GetCard');

  it.each<[string, Parameters<typeof read>, object]>([
    ['an unsupported version', [{}, { smithy: '3.0' }], { rule: 'smithy-version', path: '/smithy' }],
    ['an OpenAPI document', [{}, { openapi: '3.0.3' }], { rule: 'smithy-version', path: '' }],
    ['a version that is a number', [{}, { smithy: 2 }], { rule: 'smithy-version', path: '/smithy' }],
    [
      'another protocol',
      [{ Cards: { ...service, traits: { ...awsService, 'aws.protocols#awsJson1_1': {} } } }],
      { rule: 'smithy-protocol', path: '/shapes/example.cards#Cards' },
    ],
    ['no protocol', [{ Cards: { ...service, traits: awsService } }], { rule: 'smithy-protocol' }],
    ['no service', [{ Cards: undefined }], { rule: 'smithy-service', path: '/shapes' }],
    [
      'no operation',
      [{ Cards: { ...service, operations: [], resources: [] } }],
      { rule: 'smithy-no-operations' },
    ],
    [
      'an operation without an HTTP binding',
      [{ GetCard: { ...getCard, traits: documentation('Finds.') } }],
      { rule: 'smithy-http', path: '/shapes/example.cards#GetCard' },
    ],
    [
      'a URI label without an input member',
      [{ GetCardInput: { type: 'structure', members: {} } }],
      { rule: 'smithy-http-label' },
    ],
    [
      'a streamed input',
      [{ Places: { type: 'blob', traits: { 'smithy.api#streaming': {} } } }],
      {
        rule: 'smithy-streaming',
        path: '/shapes/example.cards#BlockCard',
        message:
          'The operation example.cards#BlockCard streams data (example.cards#Places), which a gateway does not support. Remove the operation from its service.',
      },
    ],
    [
      'a streamed output of an operation of a resource',
      [
        {
          GetCard: { ...getCard, output: target('Picture') },
          Picture: {
            type: 'structure',
            members: { body: { ...target('smithy.api#Blob'), traits: { 'smithy.api#streaming': {} } } },
          },
        },
      ],
      { rule: 'smithy-streaming', path: '/shapes/example.cards#GetCard' },
    ],
    [
      'members that are a list',
      [{ Rules: { type: 'structure', members: [] } }],
      {
        rule: 'smithy-shape',
        path: '/shapes/example.cards#Rules/members',
        message: '"members" must be a mapping.',
      },
    ],
    [
      'traits that are a list',
      [{ Places: { ...shape('Places'), traits: [] } }],
      { rule: 'smithy-shape', path: '/shapes/example.cards#Places/traits', expected: 'a mapping' },
    ],
    [
      'errors that are a mapping',
      [{ GetCard: { ...getCard, errors: {} } }],
      { rule: 'smithy-shape', path: '/shapes/example.cards#GetCard/errors', expected: 'a list' },
    ],
    [
      'operations that are a mapping',
      [{ Cards: { ...service, operations: {} } }],
      {
        rule: 'smithy-shape',
        path: '/shapes/example.cards#Cards/operations',
        message: '"operations" must be a list.',
      },
    ],
    [
      'an input without a shape, once where a label is bound to it',
      [{ GetCardInput: undefined }],
      { rule: 'smithy-target', path: '/shapes/example.cards#GetCard/input' },
    ],
    [
      'a lifecycle operation without a shape',
      [{ Card: { ...shape('Card'), delete: target('RemoveAllCards') } }],
      {
        rule: 'smithy-target',
        path: '/shapes/example.cards#Card/delete',
        message: 'There is no shape "example.cards#RemoveAllCards". Add it to the model.',
      },
    ],
    [
      'a reference to an unknown shape',
      [{ Rules: { type: 'list', member: target('Rul') } }],
      {
        rule: 'smithy-target',
        path: '/shapes/example.cards#Rules/member',
        message: 'There is no shape "example.cards#Rul". Did you mean "example.cards#Rule"?',
      },
    ],
    [
      'a reference with the wrong namespace',
      [{ Rules: { type: 'list', member: target('exmple.cards#Rule') } }],
      { message: 'There is no shape "exmple.cards#Rule". Did you mean "example.cards#Rule"?' },
    ],
    [
      'a reference to an unknown prelude shape',
      [{ Rules: { type: 'list', member: target('smithy.api#Text') } }],
      { rule: 'smithy-target' },
    ],
    [
      'a reference without a target',
      [{ Rules: { type: 'list', member: 'smithy.api#String' } }],
      { rule: 'smithy-target' },
    ],
    [
      'a shape of an unknown type',
      [{ Extra: { type: 'tuple' } }],
      { rule: 'smithy-shape', path: '/shapes/example.cards#Extra' },
    ],
    ['a shape that is not a mapping', [{ Extra: JSON.parse('5') }], { rule: 'smithy-shape' }],
    ['an invalid shape ID', [{ 'Extra-1': { type: 'string' } }], { rule: 'smithy-shape' }],
  ])('rejects a model with %s', (_, [changes, head], expected) => {
    expect(read(changes, head).problems).toMatchObject([{ severity: 'error', ...expected }]);
  });

  it('accepts errors and members of the shapes that every model has', () => {
    const changes = {
      GetCard: { ...getCard, errors: [target('smithy.framework#ValidationException')] },
      Rules: { type: 'list', member: target('smithy.framework#ValidationExceptionField') },
      Places: { type: 'list', member: target('smithy.framework#ValidationExceptionFieldList') },
    };
    const { problems, tools } = read(changes);
    expect(problems).toEqual([]);
    expect(tools[0]?.inputSchema.properties).toMatchObject({
      rule: { properties: { any: { items: { type: 'object' } } } },
      places: { items: { type: 'array' } },
    });
  });

  it.each([
    ['Boolean', 'boolean'],
    ['PrimitiveBoolean', 'boolean'],
    ['Long', 'integer'],
    ['PrimitiveShort', 'integer'],
    ['BigInteger', 'integer'],
    ['Float', 'number'],
    ['BigDecimal', 'number'],
    ['Blob', 'string'],
    ['Unit', 'object'],
    ['Document', undefined],
  ])('derives an input of smithy.api#%s', (name, type) => {
    const { problems, tools } = read({ Rules: { type: 'list', member: target(`smithy.api#${name}`) } });
    expect(problems).toEqual([]);
    const { rule } = tools[0]?.inputSchema.properties ?? {};
    expect(rule?.properties?.any?.items?.type).toBe(type);
  });

  it.each<[string, Parameters<typeof read>[0], object]>([
    [
      'a service that is no AWS service',
      { Cards: { ...service, traits: { 'aws.protocols#restJson1': {} } } },
      {
        rule: 'smithy-aws-service',
        path: '/shapes/example.cards#Cards',
        message:
          'A gateway supports Smithy models of AWS services only, and example.cards#Cards is none. Describe an API of your own in OpenAPI.',
        expected: 'the trait aws.api#service',
      },
    ],
    [
      'an error without a shape',
      { GetCard: { ...getCard, errors: [target('NotFound')] } },
      {
        rule: 'smithy-target-unused',
        path: '/shapes/example.cards#GetCard/errors/0',
        message: 'There is no shape "example.cards#NotFound". Add it to the model.',
      },
    ],
    [
      'a common error of the service without a shape',
      { Cards: { ...service, errors: [target('Throttled')] } },
      { rule: 'smithy-target-unused', path: '/shapes/example.cards#Cards/errors/0' },
    ],
    [
      'an unused shape with an unknown member',
      { Unused: { type: 'list', member: target('Elsewhere') } },
      { rule: 'smithy-target-unused', path: '/shapes/example.cards#Unused/member' },
    ],
    [
      'an unused operation without an input',
      { Unused: { type: 'operation', input: target('smithy.framework#Elsewhere') } },
      { rule: 'smithy-target-unused', path: '/shapes/example.cards#Unused/input' },
    ],
  ])('warns about %s', (_, changes, expected) => {
    const { problems, tools } = read(changes);
    expect(problems).toMatchObject([{ severity: 'warning', ...expected }]);
    expect(tools).toHaveLength(2);
  });

  const streaming = { 'smithy.api#streaming': {} };
  it.each<[string, Parameters<typeof read>[0]]>([
    ['streams, and that no operation uses', { Unused: { type: 'blob', traits: streaming } }],
    [
      'streams, of an operation that no service has',
      {
        Watch: { type: 'operation', output: target('Events') },
        Events: { type: 'union', members: {}, traits: streaming },
      },
    ],
    [
      'streams, in an error',
      {
        GetCard: { ...getCard, errors: [target('Broken')] },
        Broken: { type: 'structure', members: { body: { ...target('smithy.api#Blob'), traits: streaming } } },
      },
    ],
    ['has no HTTP binding, of an operation that no service has', { Watch: { type: 'operation' } }],
  ])('ignores a shape that %s', (_, changes) => {
    expect(read(changes).problems).toEqual([]);
  });

  it('judges each lifecycle operation of a resource and of the resources in it', () => {
    const lifecycles = ['create', 'put', 'read', 'update', 'delete', 'list'];
    for (const name of lifecycles) {
      const { problems } = read({
        Card: { ...shape('Card'), resources: [target('Limit')] },
        Limit: { type: 'resource', resources: [target('Card')], [name]: target('Watch') },
        Watch: { ...getCard, output: target('Events') },
        Events: { type: 'structure', members: { all: target('Event') } },
        Event: { type: 'union', members: {}, traits: streaming },
      });
      expect(problems).toMatchObject([{ rule: 'smithy-streaming', path: '/shapes/example.cards#Watch' }]);
    }
    for (const name of ['operations', 'collectionOperations']) {
      const { problems } = read({
        Card: { ...shape('Card'), [name]: [target('Watch')] },
        Watch: { ...getCard, traits: {} },
      });
      expect(problems).toMatchObject([
        { rule: 'smithy-http', path: '/shapes/example.cards#Watch' },
        { rule: 'tool-description' },
      ]);
    }
  });

  it('judges the mixins of an input', () => {
    const changes = { Traced: { ...shape('Traced'), members: { trace: target('Trace') } } };
    expect(read(changes).problems).toMatchObject([
      { severity: 'error', rule: 'smithy-target', path: '/shapes/example.cards#Traced/members/trace' },
    ]);
  });
});
