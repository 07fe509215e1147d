import { beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneShapes, dataPlaneShapes } from '../../adapters/sdkShapes.ts';
import { checkShape } from '../../core/api/checkShape.ts';
import type { OperationShape, ShapeCatalog } from '../../core/api/shapes.ts';
import { formatMemberPath } from '../../core/api/violation.ts';
import { OPERATIONS } from './contract/operations.ts';
import { openSubject, type Subject } from './contract/subject.ts';
import { minimalValue } from './minimalInput.ts';
import { sendRaw } from './rawRequest.ts';
import { type InvalidInput, invalidInputs } from './violations.ts';

function find(name: string): { operation: OperationShape; catalog: ShapeCatalog } {
  for (const catalog of [controlPlaneShapes, dataPlaneShapes]) {
    const operation = catalog.operation(name);
    if (operation) return { operation, catalog };
  }
  throw new Error(`no operation ${name}`);
}

let subject: Subject;
beforeAll(async () => {
  subject = await openSubject();
  return () => subject.close();
});

/** What cannot travel: an empty path label is another route, and paths and queries are text of every type. */
function canBeSent(
  { operation }: { operation: OperationShape },
  { rule, field, input }: InvalidInput,
): boolean {
  const [name = ''] = field.split(/[.[]/);
  const location = operation.input.members.get(name)?.location;
  if (rule === 'unknown' && operation.method === 'GET') return false;
  if (!location) return true;
  if (rule === 'required' || rule === 'type') return false;
  return location.in !== 'path' || input[name] !== '';
}

const sent = new Set<string>();

/** Hundreds of fields share one shape: over the wire, each rule of each member's name is tried once. */
function isFirstOfField({ rule, field }: InvalidInput): boolean {
  const key = `${rule} ${field.split('.').at(-1)}`;
  const fresh = !sent.has(key);
  sent.add(key);
  return fresh;
}

describe.each(OPERATIONS)('%s', (name) => {
  const { operation, catalog } = find(name);

  it('accepts the smallest input that the model allows', () => {
    const input = minimalValue(operation.input, undefined);
    expect(checkShape(catalog, operation.input.name, input)).toEqual([]);
  });

  it('refuses an input that breaks any one rule of the model, and names the field', () => {
    const missed = invalidInputs(operation.input).filter(({ field, input }) => {
      const fields = checkShape(catalog, operation.input.name, input).map(({ path }) =>
        formatMemberPath(path),
      );
      return !fields.includes(field);
    });
    expect(missed).toEqual([]);
  });

  it('answers them over the wire with a ValidationException', async () => {
    const missed: unknown[] = [];
    for (const broken of invalidInputs(operation.input)) {
      if (!canBeSent({ operation }, broken) || !isFirstOfField(broken)) continue;
      const { status, headers, body } = await sendRaw(
        String(subject.emulator?.agentCore.url),
        operation,
        broken.input,
      );
      const fields = Array.isArray(body.fieldList) ? body.fieldList.map((entry) => entry.name) : [];
      const isRefused = status === 400 && headers.get('x-amzn-errortype') === 'ValidationException';
      if (!isRefused || !fields.includes(broken.field)) missed.push({ ...broken, status, body });
    }
    expect(missed).toEqual([]);
  }, 120_000);
});

describe('the rules of the model', () => {
  it('are 5101 over these inputs in the present SDK', () => {
    const counts = OPERATIONS.map((name) => invalidInputs(find(name).operation.input).length);
    const total = counts.reduce((sum, count) => sum + count, 0);
    // A new SDK brings new members: look at what it brought, then put the new number here and into docs/emulator.md.
    expect(total).toBe(5101);
  });
});
