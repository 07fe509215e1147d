import { listMember, member, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import { followToObject } from '../references.ts';
import type { Rule } from '../rule.ts';
import type { OpenApiDocument, Operation } from './operations.ts';

const guide = 'AgentCore developer guide, OpenAPI targets';
const specification = 'OpenAPI specification';

export const operationRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-no-operations',
    severity: 'error',
    source: 'Gateloop: a target without tools has no use',
    *check({ operations }) {
      if (operations.length === 0)
        yield {
          pointer: '/paths',
          message: 'The document has no operation, so the target would have no tool.',
        };
    },
  },
  {
    id: 'openapi-operation-id',
    severity: 'error',
    source: guide,
    *check({ operations }) {
      for (const operation of operations) {
        if ((stringMember(operation.value, 'operationId') ?? '') !== '') continue;
        const message = `${operationTitle(operation)} has no operationId. Add one; it becomes the tool's name.`;
        yield { pointer: operation.pointer, message };
      }
    },
  },
  {
    id: 'openapi-path-parameter',
    severity: 'error',
    source: `${specification}, path templating`,
    *check({ operations }) {
      for (const operation of operations) {
        const declared = new Set(pathParameters(operation));
        const named = new Set([...operation.path.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''));
        for (const name of named) {
          if (declared.has(name)) continue;
          const message = `${operationTitle(operation)} has {${name}} in its path but no path parameter of that name.`;
          yield {
            pointer: operation.pointer,
            message,
            expected: `a parameter { name: ${name}, in: path, required: true }`,
          };
        }
        for (const name of declared) {
          if (named.has(name)) continue;
          yield {
            pointer: operation.pointer,
            message: `${operationTitle(operation)} has a path parameter "${name}" that its path does not contain.`,
          };
        }
      }
    },
  },
  {
    id: 'openapi-parameter-unique',
    severity: 'error',
    source: `${specification}, parameters: no duplicates by name and location`,
    *check({ root, operations }) {
      for (const { value, pointer } of operations) {
        const seen = new Set<string>();
        for (const [index, parameter] of listMember(value, 'parameters').entries()) {
          const target = followToObject(root, { value: parameter, pointer });
          const key = JSON.stringify([target?.value.in ?? null, target?.value.name ?? index]);
          if (seen.has(key))
            yield {
              pointer: appendPointer(pointer, 'parameters', index),
              message: 'Duplicate parameter: an earlier one has the same name and location. Remove one.',
            };
          seen.add(key);
        }
      }
    },
  },
  {
    id: 'openapi-method',
    severity: 'warning',
    source: 'AgentCore API, the methods of a gateway',
    *check({ operations }) {
      for (const item of new Set(operations.map((operation) => operation.item))) {
        if (member(item.value, 'trace') === undefined) continue;
        yield {
          pointer: appendPointer(item.pointer, 'trace'),
          message: 'A gateway does not call TRACE, so the operation does not become a tool.',
        };
      }
    },
  },
];

function operationTitle({ method, path }: Operation): string {
  return `${method.toUpperCase()} ${path.slice(0, 120)}`;
}

function pathParameters({ parameters }: Operation): string[] {
  return parameters.flatMap(({ value }) => {
    const name = stringMember(value, 'name');
    return name !== undefined && stringMember(value, 'in') === 'path' ? [name] : [];
  });
}
