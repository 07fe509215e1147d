import { isJsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import type { Path } from '../problem.ts';
import type { Constraint } from './constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from './constraints.ts';
import type { ListShape, MapShape, Shape, ShapeCatalog, SimpleShape, StructureShape } from './shapes.ts';
import { constraintViolations, type Violation, type ViolationKind } from './violation.ts';

export interface CheckOptions {
  /**
   * @returns whether a string is a placeholder for a value that is not known yet; it then satisfies any simple shape
   */
  readonly isReference?: (value: string) => boolean;
}

/**
 * Checks plain JSON against a shape of the API: required and unknown members, types, exactly one member of a union, and
 * the service's constraints. `null` counts as absent, as in the API.
 *
 * @param shapeName the name of the shape, such as `CreateGatewayRequest`
 * @returns all violations, not only the first
 * @throws RangeError if the catalog has no such shape
 * @example checkShape(controlPlaneShapes, 'CreateGatewayRequest', { name: 'payments' })
 *   // [{ path: ['roleArn'], kind: 'required', … }, { path: ['authorizerType'], … }]
 */
export function checkShape(
  catalog: ShapeCatalog,
  shapeName: string,
  value: unknown,
  options: CheckOptions = {},
): Violation[] {
  const shape = catalog.shape(shapeName);
  if (!shape)
    throw new RangeError(
      `The API has no shape ${shapeName}. The SDK's schemas list the names of all shapes.`,
    );
  const checker = new ShapeChecker(options);
  checker.check(shape, constraintNamed(shapeName), value, []);
  return checker.violations;
}

class ShapeChecker {
  readonly violations: Violation[] = [];
  readonly #isReference: (value: string) => boolean;

  constructor({ isReference = () => false }: CheckOptions) {
    this.#isReference = isReference;
  }

  check(shape: Shape, constraint: Constraint | undefined, value: unknown, path: Path): void {
    switch (shape.type) {
      case 'structure':
      case 'union':
        this.#checkStructure(shape, value, path);
        break;
      case 'list':
        this.#checkList(shape, constraint, value, path);
        break;
      case 'map':
        this.#checkMap(shape, constraint, value, path);
        break;
      default:
        this.#checkSimple(shape, constraint, value, path);
    }
  }

  #checkList(shape: ListShape, constraint: Constraint | undefined, value: unknown, path: Path): void {
    if (!Array.isArray(value)) {
      this.#reportType('a list', value, path);
      return;
    }
    this.#checkConstraint(constraint, value, path);
    const elementConstraint = constraintNamed(constraint?.element);
    for (const [index, element] of value.entries()) {
      this.check(shape.element, elementConstraint, element, [...path, index]);
    }
  }

  #checkMap(shape: MapShape, constraint: Constraint | undefined, value: unknown, path: Path): void {
    if (!isJsonObject(value)) {
      this.#reportType('a map', value, path);
      return;
    }
    this.#checkConstraint(constraint, value, path);
    for (const [key, entry] of Object.entries(value)) {
      this.#checkConstraint(constraintNamed(constraint?.key), key, [...path, key]);
      this.check(shape.value, constraintNamed(constraint?.value), entry, [...path, key]);
    }
  }

  #checkStructure(shape: StructureShape, value: unknown, path: Path): void {
    if (!isJsonObject(value)) {
      this.#reportType('an object', value, path);
      return;
    }
    const names = [...shape.members.keys()];
    const given = Object.keys(value).filter((name) => value[name] !== undefined && value[name] !== null);
    for (const name of given.filter((name) => !shape.members.has(name))) {
      this.violations.push({
        path: [...path, name],
        kind: 'unknown',
        message: 'is not a member',
        expected: `one of ${names.join(', ')}`,
        candidates: names,
        structure: shape.name,
      });
    }
    if (shape.type === 'union') this.#checkUnion(names, given, path);
    for (const member of shape.members.values()) {
      const memberPath = [...path, member.name];
      if (given.includes(member.name)) {
        this.check(member.shape, constraintOfMember(shape.name, member.name), value[member.name], memberPath);
      } else if (member.required) {
        this.#report(memberPath, 'required', 'is required', describeShape(member.shape));
      }
    }
  }

  #checkUnion(names: readonly string[], given: readonly string[], path: Path): void {
    if (given.length === 1) return;
    const message = given.length === 0 ? 'is empty' : `has ${given.length} members: ${given.join(', ')}`;
    this.#report(path, 'union', message, `exactly one of ${names.join(', ')}`, names);
  }

  #checkSimple(shape: SimpleShape, constraint: Constraint | undefined, value: unknown, path: Path): void {
    if (typeof value === 'string' && this.#isReference(value)) return;
    if (TYPE_CHECKS[shape.type].accepts(value)) this.#checkConstraint(constraint, value, path);
    else this.#reportType(describeShape(shape), value, path);
  }

  #checkConstraint(constraint: Constraint | undefined, value: unknown, path: Path): void {
    if (constraint)
      this.violations.push(
        ...constraintViolations(constraint, value).map((violation) => ({ path, ...violation })),
      );
  }

  #reportType(expected: string, value: unknown, path: Path): void {
    this.#report(path, 'type', `is ${describeJsonType(value)}`, expected);
  }

  #report(
    path: Path,
    kind: ViolationKind,
    message: string,
    expected: string,
    candidates?: readonly string[],
  ): void {
    this.violations.push(defined({ path, kind, message, expected, candidates }));
  }
}

interface TypeCheck {
  readonly text: string;
  readonly accepts: (value: unknown) => boolean;
}

const isString = (value: unknown): boolean => typeof value === 'string';

const TYPE_CHECKS: Readonly<Record<SimpleShape['type'], TypeCheck>> = {
  string: { text: 'a string', accepts: isString },
  boolean: { text: 'true or false', accepts: (value) => typeof value === 'boolean' },
  integer: { text: 'an integer', accepts: Number.isInteger },
  number: { text: 'a number', accepts: Number.isFinite },
  // JSON has no timestamps: they are seconds since 1970 or RFC 3339 text.
  timestamp: {
    text: 'a timestamp',
    accepts: (value) =>
      Number.isFinite(value) || (typeof value === 'string' && !Number.isNaN(Date.parse(value))),
  },
  blob: { text: 'base64 text', accepts: isString },
  document: { text: 'any JSON', accepts: () => true },
};

function describeShape(shape: Shape): string {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return `an object (${shape.name})`;
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    default:
      return TYPE_CHECKS[shape.type].text;
  }
}

function describeJsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
