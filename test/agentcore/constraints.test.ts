import { beforeAll, describe, expect, it } from 'vitest';
import { checkShape } from '../../core/api/checkShape.ts';
import type { OperationShape } from '../../core/api/shapes.ts';
import { formatMemberPath } from '../../core/api/violation.ts';
import { OPERATIONS, operationNamed } from './contract/operations.ts';
import { openSubject, type Subject } from './contract/subject.ts';
import { minimalValue } from './minimalInput.ts';
import { sendRaw } from './rawRequest.ts';
import { type InvalidInput, invalidInputs } from './violations.ts';

let subject: Subject;
beforeAll(async () => {
  subject = await openSubject();
  return () => subject.close();
});

/** Not every violation fits into HTTP: an empty path label makes another route, and path and query values are text. */
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

/** The rules that a deserializer applies. It stops at the first value that it cannot read. */
const DESERIALIZER_RULES: readonly string[] = ['type', 'union', 'integer', 'int32'];

const sentRules = new Set<string>();

/** Hundreds of fields share a shape, so the HTTP test sends each rule of a member name once. */
function isFirstOfField({ rule, field }: InvalidInput): boolean {
  const key = `${rule} ${field.split('.').at(-1)}`;
  const isFirst = !sentRules.has(key);
  sentRules.add(key);
  return isFirst;
}

describe.each(OPERATIONS)('checkShape of %s', (name) => {
  const { operation, catalog } = operationNamed(name);

  it('accepts the minimal input that the model allows', () => {
    const input = minimalValue(operation.input, undefined);
    expect(checkShape(catalog, operation.input.name, input)).toEqual([]);
  });

  it('rejects an input that violates any single rule of the model, and names the field', () => {
    const missed = invalidInputs(operation.input).filter(({ field, input }) => {
      const fields = checkShape(catalog, operation.input.name, input).map(({ path }) =>
        formatMemberPath(path),
      );
      return !fields.includes(field);
    });
    expect(missed).toEqual([]);
  });

  it('makes the emulator return a ValidationException or SerializationException that names the field', async () => {
    const missed: unknown[] = [];
    for (const invalidInput of invalidInputs(operation.input)) {
      if (!canBeSent({ operation }, invalidInput) || !isFirstOfField(invalidInput)) continue;
      const { status, headers, body } = await sendRaw(
        String(subject.emulator?.agentCore.url),
        operation,
        invalidInput.input,
      );
      const { rule, field } = invalidInput;
      const fields = Array.isArray(body.fieldList) ? body.fieldList.map((entry) => entry.name) : [];
      const isUnreadable = DESERIALIZER_RULES.includes(rule);
      const type = isUnreadable ? 'SerializationException' : 'ValidationException';
      const isNamed = isUnreadable ? String(body.message).includes(`'${field}'`) : fields.includes(field);
      if (status !== 400 || headers.get('x-amzn-errortype') !== type || !isNamed)
        missed.push({ ...invalidInput, status, body });
    }
    expect(missed).toEqual([]);
  }, 120_000);
});

describe('invalidInputs', () => {
  it('finds 12537 rules in the inputs of all operations with the current SDK', () => {
    const counts = OPERATIONS.map((name) => invalidInputs(operationNamed(name).operation.input).length);
    const total = counts.reduce((sum, count) => sum + count, 0);
    // A new SDK adds members. Review them, then update the number here and in docs/emulator.md.
    expect(total).toBe(12537);
  });
});
