import { isJsonObject } from '../../json.ts';
import { nearest } from '../../nearest.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { Finding, Rule } from '../rule.ts';
import {
  membersOf,
  ownMembers,
  preludeNamespace,
  preludeTypes,
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
      for (const shape of model.shapes.values()) {
        for (const { target, pointer } of referencesOf(shape)) {
          if (target !== undefined && isKnownShape(model, target)) continue;
          const message =
            target === undefined
              ? 'This is not a reference to a shape.'
              : `There is no shape "${target.slice(0, 120)}".`;
          const suggestion = target === undefined ? undefined : nearest(target, model.shapes.keys());
          yield {
            pointer,
            message: suggestion === undefined ? message : `${message} Did you mean "${suggestion}"?`,
          };
        }
      }
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
    source: `${guide}: no streaming`,
    *check({ shapes }) {
      for (const shape of shapes.values()) {
        const streaming = [shape, ...ownMembers(shape)].filter(({ traits }) =>
          Object.hasOwn(traits, 'smithy.api#streaming'),
        );
        for (const { pointer } of streaming)
          yield {
            pointer: appendPointer(pointer, 'traits', 'smithy.api#streaming'),
            message: 'Streaming is not supported. Remove the operation.',
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
}

interface ShapeReference {
  readonly target: string | undefined;
  readonly pointer: string;
}

const referenceMembers = ['input', 'output', 'create', 'put', 'read', 'update', 'delete', 'list'];
const referenceLists = ['operations', 'collectionOperations', 'resources', 'errors', 'mixins'];

function referencesOf(shape: SmithyShape): readonly ShapeReference[] {
  const { value, pointer } = shape;
  const single = referenceMembers.flatMap((name) => {
    const reference = member(value, name);
    return reference === undefined
      ? []
      : [{ target: targetOf(reference), pointer: appendPointer(pointer, name) }];
  });
  const listed = referenceLists.flatMap((name) =>
    listMember(value, name).map((reference, index) => ({
      target: targetOf(reference),
      pointer: appendPointer(pointer, name, index),
    })),
  );
  return [...ownMembers(shape), ...single, ...listed];
}

function isKnownShape(model: SmithyModel, target: string): boolean {
  if (!target.startsWith(preludeNamespace)) return model.shapes.has(target);
  return preludeTypes.has(target.slice(preludeNamespace.length));
}

function* checkLabels(model: SmithyModel, { value, traits, pointer }: SmithyShape): Iterable<Finding> {
  const uri = stringMember(objectMember(traits, 'smithy.api#http'), 'uri') ?? '';
  const input = model.shapes.get(targetOf(member(value, 'input')) ?? '');
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
