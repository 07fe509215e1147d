import type { Shape, ShapeCatalog, ShapeMember, StructureShape } from '../api/shapes.ts';
import { updateShape } from '../resources/manifestShape.ts';
import type { KindName, ResourceKind } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { sha256 } from '../schemas/canonicalJson.ts';

/** The members of one kind that Create or Update takes and that Get returns: only these can be compared. */
export interface ComparableShapes {
  readonly members: ReadonlyMap<string, ComparableMember>;
  /** The members of requests that no response shows, such as `apiKey`. */
  readonly writeOnly: readonly string[];
  /** A digest of all member names that Get returns in this version of the API model. */
  readonly model: string;
}

export interface ComparableMember {
  /** The member's shape in the request. */
  readonly input: Shape;
  /** The member's path and shape in the response of Get. */
  readonly outputName: string;
  readonly output: Shape;
}

const cache = new WeakMap<ShapeCatalog, Map<KindName, ComparableShapes>>();

/**
 * The comparable members of a kind. Cached, since reading shapes costs more than the rest of a decision. Where the
 * catalog does not have the Get operation, the request's shapes stand for the response's.
 */
export function comparableShapes(row: ResourceKind, catalog: ShapeCatalog): ComparableShapes {
  const byKind = cache.get(catalog) ?? new Map<KindName, ComparableShapes>();
  cache.set(catalog, byKind);
  const shapes = byKind.get(row.kind) ?? readComparableShapes(row, catalog);
  byKind.set(row.kind, shapes);
  return shapes;
}

function readComparableShapes(row: ResourceKind, catalog: ShapeCatalog): ComparableShapes {
  const inputs = [updateShape(row, catalog), catalog.operation(row.operations.create)?.input].flatMap(
    (input) => [...(input?.members ?? [])],
  );
  const output = responseShape(row, catalog);
  const members = new Map<string, ComparableMember>();
  const writeOnly = new Set<string>();
  const { prefixes = [], within } = row.externalSecret ?? {};
  const restored = within === undefined ? prefixes.map((prefix) => `${prefix}Config`) : [];
  // The shapes of Create come last: those of a PATCH may be wrappers of the value.
  for (const [name, { shape: input }] of inputs) {
    if (isIdentity(row, name)) continue;
    const outputName = row.outputMembers?.[name] ?? name;
    // `observe` takes the container from the id, and the control plane gives other forms the form of the request.
    const isTranslated = name === row.container?.member || row.forms?.members.includes(name);
    const found = isTranslated ? input : output && shapeAt(output, outputName.split('.'));
    if (output && !found && !restored.includes(name)) {
      writeOnly.add(name);
      continue;
    }
    members.set(name, { input, outputName, output: found ?? input });
  }
  return { members, writeOnly: [...writeOnly], model: output ? modelDigest(output) : '' };
}

function shapeAt(shape: Shape, [step, ...rest]: readonly string[]): Shape | undefined {
  if (step === undefined) return shape;
  const member = isStructure(shape) ? shape.members.get(step)?.shape : undefined;
  return member && shapeAt(member, rest);
}

function responseShape(row: ResourceKind, catalog: ShapeCatalog): StructureShape | undefined {
  const output = catalog.operation(row.operations.get)?.output;
  if (!output || row.responseMember === undefined) return output;
  const inner = output.members.get(row.responseMember)?.shape;
  return inner && isStructure(inner) ? inner : output;
}

/** Names and ids say which resource it is, a client token which call. Tags have operations of their own. Content is not compared. */
function isIdentity(row: ResourceKind, member: string): boolean {
  const parent = row.parent && resourceKinds[row.parent].idRequestMember;
  const isRefused = Object.hasOwn(row.refusedMembers ?? {}, member);
  if (isRefused || row.firstContent?.includes(member)) return true;
  return [row.nameMember, row.idRequestMember, parent, 'clientToken', 'tags'].includes(member);
}

export function isStructure(shape: Shape): shape is StructureShape {
  return shape.type === 'structure' || shape.type === 'union';
}

/** Shapes may contain themselves; each is followed once. */
function modelDigest(root: StructureShape): string {
  const names: string[] = [];
  const seen = new Set<string>();
  const visit = (shape: Shape): void => {
    if (shape.type === 'list') visit(shape.element);
    if (shape.type === 'map') visit(shape.value);
    if (!isStructure(shape) || seen.has(shape.name)) return;
    seen.add(shape.name);
    for (const [name, member] of sortedMembers(shape)) {
      names.push(`${shape.name}.${name}`);
      visit(member.shape);
    }
  };
  visit(root);
  return sha256(new TextEncoder().encode(names.join('\n'))).slice(0, 12);
}

function sortedMembers({ members }: StructureShape): [string, ShapeMember][] {
  return [...members].sort(([one], [other]) => (one < other ? -1 : 1));
}
