import type { Shape, ShapeCatalog } from '../../../core/api/shapes.ts';

/** The members of a service model of botocore (`service-2.json`) that the comparison reads. */
export interface ServiceModel {
  readonly operations: Readonly<Record<string, ModelOperation>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

interface ShapeReference {
  readonly shape: string;
}

interface ModelOperation {
  readonly input?: ShapeReference;
  readonly output?: ShapeReference;
}

interface ModelShape {
  readonly type: string;
  /** Of a structure or union. */
  readonly members?: Readonly<Record<string, ShapeReference>>;
  /** The elements of a list. */
  readonly member?: ShapeReference;
  /** The values of a map. */
  readonly value?: ShapeReference;
}

/** A structure or union of which the SDK lacks members. */
export interface MissingMembers {
  readonly structure: string;
  readonly members: readonly string[];
}

/** @returns the operations of the model that the SDK lacks, sorted */
export function missingOperations(model: ServiceModel, sdkOperations: readonly string[]): readonly string[] {
  return Object.keys(model.operations)
    .filter((name) => !sdkOperations.includes(name))
    .sort();
}

/**
 * Compares the inputs and outputs of operations with the SDK's. Structures are compared by their place, because the SDK renames
 * some of them. Of a member that the SDK lacks, the members are not listed.
 */
export function missingMembers(
  model: ServiceModel,
  sdk: ShapeCatalog,
  operations: readonly string[],
): readonly MissingMembers[] {
  const found = new Map<string, readonly string[]>();
  const compare = ({ shape: name }: ShapeReference, known: Shape): void => {
    const { member, value, members = {} } = model.shapes[name] ?? { type: 'none' };
    if (known.type === 'list' && member) compare(member, known.element);
    if (known.type === 'map' && value) compare(value, known.value);
    // A document is one value for the SDK, even where botocore knows a structure.
    if ((known.type !== 'structure' && known.type !== 'union') || found.has(name)) return;
    found.set(
      name,
      Object.keys(members).filter((key) => !known.members.has(key)),
    );
    for (const [key, reference] of Object.entries(members)) {
      const knownMember = known.members.get(key);
      if (knownMember) compare(reference, knownMember.shape);
    }
  };
  for (const name of operations) {
    const known = sdk.operation(name);
    const { input, output } = model.operations[name] ?? {};
    if (known && input) compare(input, known.input);
    if (known?.output && output) compare(output, known.output);
  }
  return [...found]
    .filter(([, members]) => members.length > 0)
    .map(([structure, members]) => ({ structure, members: members.toSorted() }))
    .sort((a, b) => a.structure.localeCompare(b.structure, 'en'));
}

const START = '<!-- The list from here is generated: npm run test:botocore -- --write -->';
const END = '<!-- The end of the generated list -->';

/** @returns the document with the list in its place between two comments */
export function withGapList(document: string, list: string): string {
  const start = document.indexOf(START);
  const end = document.indexOf(END);
  if (start < 0 || end < start) throw new RangeError(`the document has no place for the list: ${START}`);
  return `${document.slice(0, start)}${START}\n\n${list}\n\n${document.slice(end)}`;
}

/** @returns the gaps as a Markdown sentence and table */
export function gapList(operations: readonly string[], structures: readonly MissingMembers[]): string {
  const named = operations.map((name) => `\`${name}\``).join(', ');
  return [
    operations.length === 0 ? 'The SDK has every operation.' : `Operations that the SDK lacks: ${named}.`,
    '',
    '| structure | members that the SDK lacks |',
    '|---|---|',
    ...structures.map(
      ({ structure, members }) => `| ${structure} | ${members.map((name) => `\`${name}\``).join(', ')} |`,
    ),
  ].join('\n');
}
