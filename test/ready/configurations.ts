import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { Constraint } from '../../core/api/constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from '../../core/api/constraints.ts';
import type { Shape, StructureShape } from '../../core/api/shapes.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { isManagedMember } from '../../core/manifest/gateloopKeys.ts';
import { isSecretMemberName } from '../../core/manifest/secrets.ts';
import { manifestShape, updateShape } from '../../core/resources/manifestShape.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { resourceKinds } from '../../core/resources/resourceKinds.ts';
import { createRandom, type Random } from '../../local/agentcore/settings/random.ts';
import { type ValuePath, validTexts } from '../agentcore/minimalInput.ts';
import { locationsIn } from '../agentcore/violations.ts';
import { complete } from './serviceRules.ts';

/** A secret that the workspace of these tests may use. */
export const SECRET = { secretsManager: 'payments/secret' };

/** Of a value with several members, how many are chosen: the required ones, about half, or all. */
export type Richness = 'minimal' | 'some' | 'all';

export interface Choice {
  readonly seed: string;
  readonly richness: Richness;
  /** A member that the configuration has to have. */
  readonly focus?: ValuePath;
}

export function operationInput(name: string): StructureShape {
  const operation = resourceShapes.operation(name);
  if (!operation) throw new RangeError(`The SDK has no operation ${name}.`);
  return operation.input;
}

/** The input of the update, of the kinds that have one. */
function updateInputs(row: ResourceKind): readonly StructureShape[] {
  return [updateShape(row, resourceShapes) ?? []].flat();
}

/**
 * The members of a kind that a manifest can name: of the create request, and of the update request where only that has
 * them. Wrappers of a PATCH are the same members once more.
 */
export function manifestMembers(row: ResourceKind): readonly ValuePath[] {
  const members = memberCache.get(row) ?? readManifestMembers(row);
  memberCache.set(row, members);
  return members;
}

const memberCache = new Map<ResourceKind, readonly ValuePath[]>();

function readManifestMembers(row: ResourceKind): ValuePath[] {
  const create = operationInput(row.operations.create);
  const paths = [create, ...updateInputs(row)].flatMap((input) => membersOf(input, row));
  const isNew = (path: ValuePath, index: number) => paths.findIndex((other) => isSame(other, path)) === index;
  return paths.filter((path, index) => create.members.has(path[0] ?? '') || isNew(path, index)).filter(isNew);
}

/** All member locations of a request with a simple value, the identity of the resource aside. */
export function membersOf(input: StructureShape, row: ResourceKind): ValuePath[] {
  return locationsIn(input, [], [])
    .filter(
      ({ shape }) =>
        !('members' in shape && shape.members.size > 0) && !('element' in shape || 'value' in shape),
    )
    .map(({ path }) => path.filter((step) => step !== 'optionalValue'))
    .filter((path) => !row.readOnlyMembers?.includes(path.join('.')))
    .filter(([first = '']) => !isManagedMember(row, first) && first !== row.idRequestMember)
    .filter(([first = '']) => !Object.hasOwn(row.refusedMembers ?? {}, first));
}

function isSame(one: ValuePath, other: ValuePath): boolean {
  return one.join('.') === other.join('.');
}

/** A configuration of a kind as a manifest names it, without the name of the resource. */
export function configuration(row: ResourceKind, choice: Choice): JsonObject {
  const writer = new Writer(choice);
  const create = operationInput(row.operations.create);
  const written = writer.structure(create, choice.focus ?? [], row);
  const { updateOnly } = manifestShape(row, resourceShapes);
  const later = writer.structure(updateOnly, choice.focus ?? [], row);
  return complete(row, { ...written, ...later }, choice.focus ?? []);
}

/** How deep a shape that contains itself is written. */
const MAX_DEPTH = 9;

class Writer {
  readonly #random: Random;
  readonly #richness: Richness;

  constructor({ seed, richness }: Choice) {
    this.#random = createRandom(seed, 'configuration');
    this.#richness = richness;
  }

  structure(shape: StructureShape, [step, ...rest]: ValuePath, row?: ResourceKind, depth = 0): JsonObject {
    const members = [...shape.members.values()].filter(
      ({ name }) => !row || !(isManagedMember(row, name) || Object.hasOwn(row.refusedMembers ?? {}, name)),
    );
    const value = (member: (typeof members)[number]): [string, JsonValue] => {
      const { name } = member;
      if (member.sensitive && isSecretMemberName(name)) return [name, SECRET];
      const constraint = constraintOfMember(shape.name, name);
      return [name, this.#value(member.shape, constraint, name === step ? rest : [], depth + 1)];
    };
    if (shape.type === 'union') {
      const chosen = members.find(({ name }) => name === step) ?? members[this.#random.below(members.length)];
      return chosen ? Object.fromEntries([value(chosen)]) : {};
    }
    return Object.fromEntries(
      members.filter(({ name, required }) => required || name === step || this.#isChosen(depth)).map(value),
    );
  }

  #isChosen(depth: number): boolean {
    if (depth > MAX_DEPTH || this.#richness === 'minimal') return false;
    return this.#richness === 'all' || this.#random.next() < 0.5;
  }

  #value(shape: Shape, constraint: Constraint | undefined, path: ValuePath, depth: number): JsonValue {
    switch (shape.type) {
      case 'structure':
      case 'union':
        return this.structure(shape, path, undefined, depth);
      case 'list': {
        const item = (index: number) =>
          this.#value(
            shape.element,
            constraintNamed(constraint?.element),
            index === 0 ? path.slice(1) : [],
            depth,
          );
        const items = Array.from({ length: this.#count(constraint, depth) }, (_, index) => item(index));
        return items.filter((each, index) => items.findIndex((other) => same(other, each)) === index);
      }
      case 'map': {
        const keys = validTexts(constraintNamed(constraint?.key)).filter((key) => !key.startsWith('aws:'));
        const start = this.#random.below(keys.length);
        const entries = Array.from(
          { length: this.#count(constraint, depth) },
          (_, index): [string, JsonValue] => [
            keys[(start + index) % keys.length] ?? '',
            this.#value(shape.value, constraintNamed(constraint?.value), path.slice(1), depth),
          ],
        );
        return Object.fromEntries(entries);
      }
      case 'number':
      case 'integer':
        return this.#number(constraint);
      case 'boolean':
        return this.#random.below(2) === 0;
      case 'timestamp':
        return 0;
      case 'document':
        return { type: 'object', properties: { [`p${this.#random.below(3)}`]: { type: 'string' } } };
      default:
        return this.#text(constraint);
    }
  }

  #count({ min = 0, max = 100 }: Constraint = {}, depth: number): number {
    return Math.min(max, Math.max(min, 1) + (this.#isChosen(depth) ? this.#random.below(2) : 0));
  }

  #number({ min = 1, max = min + 100, integer }: Constraint = {}): number {
    const range = Math.min(max - min, 50);
    const value = min + Math.floor(this.#random.next() * (range + 1));
    return integer ? value : Math.min(max, value);
  }

  #text(constraint: Constraint | undefined): string {
    const texts = constraint ? validTexts(constraint) : ['text', 'another text', 'some text'];
    return texts[this.#random.below(texts.length)] ?? '';
  }
}

function same(one: JsonValue, other: JsonValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export const kinds: readonly ResourceKind[] = Object.values(resourceKinds);

/** The members of a kind's requests that a configuration has, as `manifestMembers` names them. */
export function membersIn(row: ResourceKind, config: JsonObject): ReadonlySet<string> {
  return new Set(
    manifestMembers(row)
      .filter((path) => hasMember(config, path))
      .map((path) => path.join('.')),
  );
}

function hasMember(value: JsonValue | undefined, [step, ...rest]: ValuePath): boolean {
  if (value === undefined || value === null) return false;
  if (step === undefined) return true;
  if (Array.isArray(value)) return value.some((item: JsonValue) => hasMember(item, rest));
  if (typeof value !== 'object') return false;
  const object = value as JsonObject;
  if (step === 'key' && !('key' in object))
    return Object.values(object).some((each) => hasMember(each, rest));
  return hasMember(object[step], rest);
}

/** Configurations that together have every member of a kind: about as many as its unions have alternatives. */
export function coveringConfigurations(row: ResourceKind): {
  readonly configurations: readonly JsonObject[];
  readonly members: readonly string[];
  readonly covered: readonly string[];
} {
  const paths = manifestMembers(row);
  const members = paths.map((path) => path.join('.'));
  const covered = new Set<string>();
  const configurations: JsonObject[] = [];
  for (const path of paths) {
    if (covered.has(path.join('.'))) continue;
    const config = configuration(row, { seed: path.join('.'), richness: 'all', focus: path });
    configurations.push(config);
    for (const member of membersIn(row, config)) covered.add(member);
  }
  return { configurations, members, covered: members.filter((member) => covered.has(member)) };
}
