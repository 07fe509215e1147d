import fc from 'fast-check';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { HTML_MARK } from './promises.ts';

/** Texts that have broken parsers, pages, keys and terminals. */
export const oddTexts: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  '../../x',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  '0',
  '-1',
  '1e400',
  'NaN',
  '2026-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  '\u0000',
  '\u001b[2J',
  '\u202egnp.exe',
  '\ud800',
  '\udc00x',
  '🦊',
  'é'.repeat(300),
  '\r\nset-cookie: fuzz=1',
  '%00',
  '%E0%A4%A',
  '%2e%2e%2f',
  'a#b',
  '#',
  '/',
  '${gateways.a.gatewayArn}',
  '${',
  'javascript:alert(1)',
  'http://169.254.169.254/latest',
  'https://user:secret@example.com/',
  'arn:aws:iam::123456789012:role/x',
  'workspaces/payments/manifest.yaml',
  'workspaces//x',
  'workspaces/a b/x',
  HTML_MARK,
  'x'.repeat(5000),
  '['.repeat(200),
  '{"a":'.repeat(200),
];

const oddNumbers: readonly number[] = [
  -1,
  0,
  1,
  0.5,
  1e21,
  -1e308,
  1e308,
  2 ** 31,
  2 ** 53,
  8_640_000_000_000_001,
];
const oddValues: readonly JsonValue[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { name: 'a' },
  nested(100),
  nested(200),
  Array.from({ length: 300 }, (_, index) => index),
];

function nested(depth: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Halves of characters included. fast-check's own strings of any character take two seconds to prepare. */
function fromCodeUnits(units: readonly number[]): string {
  return String.fromCharCode(...units);
}

const oddText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.array(fc.nat(0xffff), { maxLength: 12 }).map(fromCodeUnits) },
);
const oddValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(...oddValues),
  fc.constantFrom<JsonValue>(...oddNumbers),
  oddText,
);

/** A change of one node of a JSON value. Positions count modulo the number of nodes. */
export interface ValueEdit {
  readonly act: 'replace' | 'remove' | 'rename' | 'add' | 'copy' | 'wrap' | 'text';
  readonly at: number;
  readonly other: number;
  readonly value: JsonValue;
  readonly text: string;
}

const valueEdit: fc.Arbitrary<ValueEdit> = fc.record({
  act: fc.constantFrom('replace', 'remove', 'rename', 'add', 'copy', 'wrap', 'text'),
  at: fc.nat(9999),
  other: fc.nat(9999),
  value: oddValue,
  text: oddText,
});

/** Changes of a value that the caller makes. */
export const valueEdits: fc.Arbitrary<readonly ValueEdit[]> = fc.array(valueEdit, {
  minLength: 1,
  maxLength: 4,
});

export function applyEdits(base: JsonValue, edits: readonly ValueEdit[]): JsonValue {
  return edits.reduce(applyEdit, base);
}

/** One of the values with one to four changes, or any JSON value. */
export function mutatedValue(corpus: readonly JsonValue[]): fc.Arbitrary<JsonValue> {
  const edited = fc
    .record({ base: fc.constantFrom(...corpus), edits: valueEdits })
    .map(({ base, edits }) => applyEdits(base, edits));
  // JSON texts give JSON values.
  const anything = fc.json({ maxDepth: 4 }).map((text): JsonValue => JSON.parse(text));
  return fc.oneof({ weight: 19, arbitrary: edited }, { weight: 1, arbitrary: anything });
}

function applyEdit(value: JsonValue, edit: ValueEdit): JsonValue {
  const nodes = nodesOf(value);
  const target = edit.at % nodes.length;
  const copied = nodes[edit.other % nodes.length] ?? null;
  return withNode(value, target, (node) => changed(node, edit, copied));
}

/** In the order in which `withNode` counts them. */
function nodesOf(value: JsonValue): JsonValue[] {
  const nodes: JsonValue[] = [];
  const visit = (node: JsonValue): void => {
    nodes.push(node);
    if (typeof node === 'object' && node !== null) for (const inner of Object.values(node)) visit(inner);
  };
  visit(value);
  return nodes;
}

/** @param change returns undefined to remove the node */
function withNode(
  value: JsonValue,
  target: number,
  change: (node: JsonValue) => JsonValue | undefined,
): JsonValue {
  let index = 0;
  const visit = (node: JsonValue): JsonValue | undefined => {
    index += 1;
    if (index - 1 === target) return change(node);
    if (isJsonObject(node))
      return Object.fromEntries(
        Object.entries(node).flatMap(([key, inner]) => {
          const result = visit(inner);
          return result === undefined ? [] : [[key, result]];
        }),
      );
    return Array.isArray(node)
      ? node.flatMap((inner: JsonValue) => {
          const result = visit(inner);
          return result === undefined ? [] : [result];
        })
      : node;
  };
  return visit(value) ?? null;
}

function changed(
  node: JsonValue,
  { act, other, value, text }: ValueEdit,
  copied: JsonValue,
): JsonValue | undefined {
  if (act === 'remove') return undefined;
  if (act === 'copy') return copied;
  if (act === 'wrap') return other % 2 === 0 ? [node] : { [text]: node };
  if (act === 'text' && typeof node === 'string') {
    const at = other % (node.length + 1);
    return node.slice(0, at) + text + node.slice(other % 3 === 0 ? node.length : at);
  }
  if (isJsonObject(node) && (act === 'add' || act === 'rename')) {
    const entries = Object.entries(node);
    if (act === 'add') return Object.fromEntries([...entries, [text, value]]);
    const renamed = other % Math.max(1, entries.length);
    return Object.fromEntries(entries.map(([key, inner], index) => [index === renamed ? text : key, inner]));
  }
  return value;
}

/** A change of a text. Positions are parts of 10,000 of its length. */
interface TextEdit {
  readonly act: 'splice' | 'cut' | 'repeat';
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** One of the texts with one to four changes. @param fragments are inserted, beside odd texts */
export function mutatedText(corpus: readonly string[], fragments: readonly string[]): fc.Arbitrary<string> {
  const edit: fc.Arbitrary<TextEdit> = fc.record({
    act: fc.constantFrom('splice', 'splice', 'splice', 'splice', 'cut', 'repeat'),
    at: fc.nat(10_000),
    length: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(80)),
    text: fc.oneof(fc.constantFrom('', ...fragments), oddText),
  });
  return fc
    .record({ base: fc.constantFrom(...corpus), edits: fc.array(edit, { minLength: 1, maxLength: 4 }) })
    .map(({ base, edits }) => edits.reduce(applyTextEdit, base));
}

function applyTextEdit(base: string, { act, at, length, text }: TextEdit): string {
  const start = Math.floor((base.length * at) / 10_000);
  if (act === 'cut') return base.slice(0, start);
  const rest = base.slice(start + length);
  return (
    base.slice(0, start) + (act === 'repeat' ? base.slice(start, start + length).repeat(3) : text) + rest
  );
}
