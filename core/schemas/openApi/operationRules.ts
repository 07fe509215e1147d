import type { JsonObject } from '../../json.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import { followReference, followToObject } from '../references.ts';
import type { Rule } from '../rule.ts';
import { type OpenApiDocument, type Operation, placeholders } from './operations.ts';

const guide = 'AgentCore developer guide, OpenAPI targets';
const specification = 'OpenAPI specification';

export const operationRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-no-operations',
    severity: 'error',
    source: 'Gateloop: a target without tools has no use',
    *check({ root, operations, referencedOperations }) {
      const hasBrokenItem = Object.entries(objectMember(root, 'paths')).some(
        ([path, value]) =>
          followReference(root, { value, pointer: appendPointer('/paths', path) }) === undefined,
      );
      if (operations.length === 0 && referencedOperations.size === 0 && !hasBrokenItem)
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
    *check({ root, operations }) {
      for (const operation of operations) {
        const declared = pathParameters(operation);
        const named = placeholders(operation.path);
        for (const name of named) {
          if (declared.has(name) || hasBrokenParameter(root, operation)) continue;
          const message = `${operationTitle(operation)} has {${name}} in its path but no path parameter of that name.`;
          yield {
            pointer: operation.pointer,
            message,
            expected: `a parameter { name: ${name}, in: path, required: true }`,
          };
        }
      }
    },
  },
  {
    id: 'openapi-path-parameter-unused',
    severity: 'warning',
    source: `${specification}, path templating; an error there, but AWS's sample of the Zendesk API has eleven`,
    *check({ operations }) {
      for (const operation of operations) {
        const named = placeholders(operation.path);
        for (const [name, pointer] of pathParameters(operation)) {
          if (named.has(name)) continue;
          const message = `${operationTitle(operation)} has a path parameter "${name}" that its path does not contain. Remove the parameter, or add {${name}} to the path.`;
          yield { pointer, message };
        }
      }
    },
  },
  {
    id: 'openapi-path-equivalent',
    severity: 'error',
    source: `${specification}, Paths Object: templated paths that differ only in their names are identical`,
    *check({ root }) {
      const paths = new Map<string, string>();
      for (const path of Object.keys(objectMember(root, 'paths'))) {
        const template = path.replaceAll(/\{[^{}]*\}/g, '{}');
        const first = paths.get(template);
        if (first === undefined) paths.set(template, path);
        else {
          const message = `This path is the same as ${first.slice(0, 120)}: only the names of the parameters differ. Merge the two.`;
          yield { pointer: appendPointer('/paths', path), message };
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

/** The names of an operation's path parameters, with their pointers. */
function pathParameters({ parameters }: Operation): ReadonlyMap<string, string> {
  return new Map(
    parameters.flatMap(({ value, pointer }): [string, string][] => {
      const name = stringMember(value, 'name');
      return name !== undefined && stringMember(value, 'in') === 'path' ? [[name, pointer]] : [];
    }),
  );
}

/** @returns whether a parameter cannot be read: another rule reports it, and it may be the one that is missing */
function hasBrokenParameter(root: JsonObject, { item, value, pointer }: Operation): boolean {
  return [item, { value, pointer }].some((owner) =>
    listMember(owner.value, 'parameters').some(
      (parameter) => followToObject(root, { value: parameter, pointer: owner.pointer }) === undefined,
    ),
  );
}
