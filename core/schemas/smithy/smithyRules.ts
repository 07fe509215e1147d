import { isJsonObject, type JsonObject } from '../../json.ts';
import { nearest } from '../../nearest.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { Finding, Rule } from '../rule.ts';
import {
  isKnownShape,
  membersOf,
  ownMembers,
  reachedShapes,
  type SmithyModel,
  type SmithyShape,
  shapeTypes,
  targetOf,
} from './smithyModel.ts';

const guide = 'AgentCore developer guide, Smithy targets';
const specification = 'Smithy specification, JSON AST';
const protocol = 'aws.protocols#restJson1';

export const smithyRules: readonly Rule<SmithyModel>[] = [
  {
    id: 'smithy-shape',
    severity: 'error',
    source: specification,
    *check({ root }) {
      for (const [id, shape] of Object.entries(objectMember(root, 'shapes'))) yield* checkShape(id, shape);
    },
  },
  {
    id: 'smithy-target',
    severity: 'error',
    source: `${specification}, shape ID targets`,
    *check(model) {
      for (const reference of exposedReferences(model)) yield* checkTarget(model, reference);
    },
  },
  {
    id: 'smithy-target-unused',
    severity: 'warning',
    source: `${specification}, shape ID targets; no tool needs these shapes`,
    *check(model) {
      const exposed = new Set(exposedReferences(model).map(({ pointer }) => pointer));
      for (const shape of model.shapes.values())
        for (const reference of [...referencesOf(shape), ...errorsOf(shape)])
          if (!exposed.has(reference.pointer)) yield* checkTarget(model, reference);
    },
  },
  {
    id: 'smithy-service',
    severity: 'error',
    source: guide,
    *check({ services }) {
      if (services.length === 0)
        yield {
          pointer: '/shapes',
          message: 'The model has no service.',
          expected: 'a shape of type service',
        };
    },
  },
  {
    id: 'smithy-aws-service',
    severity: 'warning',
    source: `${guide}, note: a gateway calls AWS services by their models, and no other services`,
    *check({ services }) {
      for (const { id, traits, pointer } of services) {
        if (isJsonObject(member(traits, 'aws.api#service'))) continue;
        yield {
          pointer,
          message: `A gateway supports Smithy models of AWS services only, and ${id} is none. Describe an API of your own in OpenAPI.`,
          expected: 'the trait aws.api#service',
        };
      }
    },
  },
  {
    id: 'smithy-protocol',
    severity: 'error',
    source: `${guide}: REST-JSON only`,
    *check({ services }) {
      for (const { id, traits, pointer } of services) {
        if (member(traits, protocol) !== undefined) continue;
        const others = Object.keys(traits).filter((name) =>
          /^(aws\.protocols|smithy\.protocols|alloy)#/.test(name),
        );
        const has = others.length === 0 ? 'has no protocol' : `uses ${others.join(', ').slice(0, 120)}`;
        yield {
          pointer,
          message: `The service ${id} ${has}; a gateway supports only REST-JSON.`,
          expected: `the trait ${protocol}`,
        };
      }
    },
  },
  {
    id: 'smithy-no-operations',
    severity: 'error',
    source: 'Gateloop: a target without tools has no use',
    *check({ services, operations }) {
      const [service] = services;
      if (service !== undefined && operations.length === 0)
        yield {
          pointer: service.pointer,
          message: 'The service has no operation, so the target would have no tool.',
        };
    },
  },
  {
    id: 'smithy-http',
    severity: 'error',
    source: `Smithy specification, http trait; ${protocol} requires it`,
    *check({ operations }) {
      for (const { id, traits, pointer } of operations) {
        const http = objectMember(traits, 'smithy.api#http');
        if (stringMember(http, 'method') !== undefined && stringMember(http, 'uri')?.startsWith('/'))
          continue;
        const message = `The operation ${id} has no HTTP binding.`;
        yield { pointer, message, expected: 'the trait smithy.api#http with "method" and "uri"' };
      }
    },
  },
  {
    id: 'smithy-http-label',
    severity: 'error',
    source: 'Smithy specification, httpLabel trait',
    *check(model) {
      for (const operation of model.operations) yield* checkLabels(model, operation);
    },
  },
  {
    id: 'smithy-streaming',
    severity: 'error',
    source: `${guide}: no streaming operations`,
    *check(model) {
      for (const operation of model.operations) {
        const streamed = reachedShapes(model, [operation]).find(isStreamed);
        if (streamed !== undefined)
          yield {
            pointer: operation.pointer,
            message: `The operation ${operation.id} streams data (${streamed.id}), which a gateway does not support. Remove the operation from its service.`,
          };
      }
    },
  },
];

function* checkShape(id: string, shape: unknown): Iterable<Finding> {
  const pointer = appendPointer('/shapes', id);
  const shown = id.slice(0, 120);
  if (!/^[A-Za-z_][\w.]*#[A-Za-z_]\w*(\$\w+)?$/.test(id))
    yield {
      pointer,
      message: `"${shown}" is not a shape ID.`,
      expected: 'a name such as example.ledger#Entry',
    };
  if (!isJsonObject(shape))
    yield { pointer, message: 'A shape must be a mapping.', expected: 'a mapping with "type"' };
  else if (!shapeTypes.has(stringMember(shape, 'type') ?? ''))
    yield {
      pointer,
      message: `The type of the shape "${shown}" is missing or unknown.`,
      expected: [...shapeTypes.keys()].join(', '),
    };
  else yield* checkMembers(shape, pointer);
}

const mappings = ['traits', 'members'];

/** Members of the wrong type would be taken for missing ones, and with them operations and inputs. */
function* checkMembers(shape: JsonObject, pointer: string): Iterable<Finding> {
  for (const [name, value] of Object.entries(shape)) {
    const [isList, isMapping] = [[...referenceLists, 'errors'].includes(name), mappings.includes(name)];
    const expected = isList ? 'a list' : 'a mapping';
    if ((isList && !Array.isArray(value)) || (isMapping && !isJsonObject(value)))
      yield { pointer: appendPointer(pointer, name), message: `"${name}" must be ${expected}.`, expected };
  }
}

interface ShapeReference {
  readonly target: string | undefined;
  readonly pointer: string;
}

const referenceMembers = ['input', 'output', 'create', 'put', 'read', 'update', 'delete', 'list'];
const referenceLists = ['operations', 'collectionOperations', 'resources', 'mixins'];

/** The references that a shape makes, except those to errors. */
function referencesOf(shape: SmithyShape): readonly ShapeReference[] {
  const { value, pointer } = shape;
  const single = referenceMembers.flatMap((name) => {
    const reference = member(value, name);
    return reference === undefined
      ? []
      : [{ target: targetOf(reference), pointer: appendPointer(pointer, name) }];
  });
  return [...ownMembers(shape), ...single, ...referenceLists.flatMap((name) => listed(shape, name))];
}

function errorsOf(shape: SmithyShape): readonly ShapeReference[] {
  return listed(shape, 'errors');
}

function listed({ value, pointer }: SmithyShape, name: string): readonly ShapeReference[] {
  return listMember(value, name).map((reference, index) => ({
    target: targetOf(reference),
    pointer: appendPointer(pointer, name, index),
  }));
}

/** @returns the references that lead from a service to everything in its tools */
function exposedReferences(model: SmithyModel): readonly ShapeReference[] {
  const { containers, operations } = model;
  return [...containers, ...operations, ...reachedShapes(model, operations)].flatMap(referencesOf);
}

function* checkTarget(model: SmithyModel, { target, pointer }: ShapeReference): Iterable<Finding> {
  if (target === undefined)
    yield { pointer, message: 'This is not a reference to a shape.', expected: '{"target": "…"}' };
  else if (!isKnownShape(model, target)) {
    const suggestion = similarShape(model, target);
    const hint = suggestion === undefined ? 'Add it to the model.' : `Did you mean "${suggestion}"?`;
    yield { pointer, message: `There is no shape "${target.slice(0, 120)}". ${hint}` };
  }
}

/** Names are compared without their namespace: with a long one, all names in it resemble each other. */
function similarShape({ shapes }: SmithyModel, id: string): string | undefined {
  const [namespace = '', name = ''] = id.split('#');
  const candidates = [...shapes.keys()].map((each) => each.split('#'));
  const local = candidates.flatMap(([space, each = '']) => (space === namespace ? [each] : []));
  const similar = nearest(name, local);
  if (similar !== undefined) return `${namespace}#${similar}`;
  return nearest(
    id,
    candidates.flatMap(([space, each = '']) => (each === name ? [`${space}#${each}`] : [])),
  );
}

function isStreamed(shape: SmithyShape): boolean {
  return [shape, ...ownMembers(shape)].some(({ traits }) => Object.hasOwn(traits, 'smithy.api#streaming'));
}

function* checkLabels(model: SmithyModel, { value, traits, pointer }: SmithyShape): Iterable<Finding> {
  const uri = stringMember(objectMember(traits, 'smithy.api#http'), 'uri') ?? '';
  const inputId = targetOf(member(value, 'input'));
  // The rule smithy-target reports an input without a shape.
  if (inputId !== undefined && !isKnownShape(model, inputId)) return;
  const input = model.shapes.get(inputId ?? '');
  const members = input === undefined ? [] : membersOf(model, input);
  const bound = new Set(
    members.filter(({ traits }) => Object.hasOwn(traits, 'smithy.api#httpLabel')).map(({ name }) => name),
  );
  for (const [, label = ''] of uri.matchAll(/\{(\w+)\+?\}/g)) {
    if (bound.has(label)) continue;
    const message = `The URI contains {${label}}, but no input member of that name has the trait smithy.api#httpLabel.`;
    yield { pointer: appendPointer(pointer, 'traits', 'smithy.api#http'), message };
  }
}
