import fc from 'fast-check';
import type { Constraint } from '../../core/api/constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from '../../core/api/constraints.ts';
import type { Shape, ShapeMember, StructureShape } from '../../core/api/shapes.ts';
import { anchoredPattern } from '../../core/api/violation.ts';

/** A path into a value: member names, `*` for an element of a list, `key` for an entry of a map. */
export type ValuePath = readonly string[];

type Json = Record<string, unknown>;

const cache = new Map<Constraint, readonly string[]>();

/** Texts that satisfy a constraint, the same ones in each run. */
export function validTexts(constraint: Constraint | undefined): readonly string[] {
  if (!constraint) return ['text'];
  const texts = cache.get(constraint) ?? generateTexts(constraint);
  if (texts.length === 0)
    throw new Error(`no text satisfies ${JSON.stringify(constraint)}: add one to EXTRA_SAMPLES`);
  cache.set(constraint, texts);
  return texts;
}

/** Matches of patterns for which random generation rarely reaches the minimum length. */
const EXTRA_SAMPLES: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz0123456789',
  'arn:aws:iam::123456789012:role/gateway',
  'https://example.com/.well-known/openid-configuration',
  'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/x-abcdefghij',
  'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012',
  'rcfg-0123456789abcdefg',
];

function generateTexts({ enum: allowed, pattern, min = 0, max = 2000 }: Constraint): readonly string[] {
  if (allowed) return allowed;
  const expression = anchoredPattern(pattern ?? '[a-z0-9-]*');
  // fast-check knows no lookaheads and no classes of characters; what goes against one is sorted out below.
  const withoutLookaheads = new RegExp(
    expression.source.replaceAll(/\(\?[=!][^)]*\)/g, '').replaceAll('[^\\p{C}]', '[a-z0-9]'),
  );
  const isValid = (text: string) =>
    expression.test(text) && [...text].length >= min && [...text].length <= max;
  const generated = fc.sample(fc.stringMatching(withoutLookaheads), { numRuns: 200, seed: 1 });
  // Printable ASCII only, which paths and queries can carry.
  const valid = [...generated, ...EXTRA_SAMPLES, 'a'.repeat(Math.max(min, 1))].filter(
    (text) => isValid(text) && /^[\x21-\x7e]+$/.test(text),
  );
  return [...new Set(valid)].slice(0, 20);
}

/** The smallest valid value of a shape that contains a value at the path. */
export function minimalValue(
  shape: Shape,
  constraint: Constraint | undefined,
  path: ValuePath = [],
): unknown {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return minimalStructure(shape, path);
    case 'list': {
      const [step, ...rest] = path;
      const element = () =>
        minimalValue(shape.element, constraintNamed(constraint?.element), step === '*' ? rest : []);
      const count = Math.max(constraint?.min ?? 0, step === '*' ? 1 : 0);
      return Array.from({ length: count }, element);
    }
    case 'map': {
      const rest = path.slice(1);
      const keys = validTexts(constraintNamed(constraint?.key));
      const count = Math.max(constraint?.min ?? 0, path.length > 0 ? 1 : 0);
      const entry = () => minimalValue(shape.value, constraintNamed(constraint?.value), rest);
      return Object.fromEntries(keys.slice(0, count).map((key) => [key, entry()]));
    }
    case 'number':
    case 'integer':
      return Math.max(constraint?.min ?? 1, Math.min(1, constraint?.max ?? 1));
    case 'boolean':
      return true;
    case 'timestamp':
      return 0;
    case 'document':
      return {};
    default:
      return validTexts(constraint)[0];
  }
}

function minimalStructure(shape: StructureShape, [step, ...rest]: ValuePath): Json {
  const value: Json = {};
  for (const member of shape.members.values()) {
    if (member.required || member.name === step) {
      value[member.name] = minimalMember(shape, member, member.name === step ? rest : []);
    }
  }
  const [first] = shape.members.values();
  if (shape.type === 'union' && Object.keys(value).length === 0 && first) {
    value[first.name] = minimalMember(shape, first, []);
  }
  return value;
}

function minimalMember(shape: StructureShape, member: ShapeMember, path: ValuePath): unknown {
  return minimalValue(member.shape, constraintOfMember(shape.name, member.name), path);
}
