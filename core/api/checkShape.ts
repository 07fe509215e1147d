import { type Constraint, constraintNamed, constraintOfMember } from './constraints.ts';
import { constraintViolation } from './constraintViolation.ts';
import type { List, MapShape, Shape, ShapeCatalogue, Simple, Structure } from './shapes.ts';
import type { Violation, ViolationKind } from './violation.ts';

export interface CheckOptions {
  /** Strings of which this is true stand for values not known yet, and satisfy any simple shape. */
  readonly isReference?: (value: string) => boolean;
}

/**
 * Checks plain JSON against a shape of the API: required and unknown members, types, exactly one member of a union, and
 * the service's constraints. All violations are reported, not only the first. `null` counts as absent, as in the API.
 *
 * @param shapeName such as `CreateGatewayRequest`
 * @throws RangeError when the catalogue has no such shape
 * @example checkShape(controlPlaneShapes, 'CreateGatewayRequest', { name: 'payments' })
 *   // [{ path: ['roleArn'], kind: 'required', … }, { path: ['authorizerType'], … }]
 */
export function checkShape(
  catalogue: ShapeCatalogue,
  shapeName: string,
  value: unknown,
  options: CheckOptions = {},
): Violation[] {
  const shape = catalogue.shape(shapeName);
  if (!shape)
    throw new RangeError(`The API has no shape ${shapeName}; look for its name in the SDK's schemas.`);
  const check = new Check(options);
  check.value(shape, constraintNamed(shapeName), value, []);
  return check.violations;
}

type JsonObject = Readonly<Record<string, unknown>>;

class Check {
  readonly violations: Violation[] = [];
  readonly #isReference: (value: string) => boolean;

  constructor({ isReference = () => false }: CheckOptions) {
    this.#isReference = isReference;
  }

  value(shape: Shape, constraint: Constraint | undefined, value: unknown, path: Violation['path']): void {
    switch (shape.type) {
      case 'structure':
      case 'union':
        this.#structure(shape, value, path);
        break;
      case 'list':
        this.#list(shape, constraint, value, path);
        break;
      case 'map':
        this.#map(shape, constraint, value, path);
        break;
      default:
        this.#simple(shape, constraint, value, path);
    }
  }

  #list(shape: List, constraint: Constraint | undefined, value: unknown, path: Violation['path']): void {
    if (!Array.isArray(value)) {
      this.#wrongType('a list', value, path);
      return;
    }
    this.#constraint(constraint, value, path);
    const ofElement = constraintNamed(constraint?.element);
    for (const [index, element] of value.entries()) {
      this.value(shape.element, ofElement, element, [...path, index]);
    }
  }

  #map(shape: MapShape, constraint: Constraint | undefined, value: unknown, path: Violation['path']): void {
    if (!isObject(value)) {
      this.#wrongType('a map', value, path);
      return;
    }
    this.#constraint(constraint, value, path);
    for (const [key, entry] of Object.entries(value)) {
      this.#constraint(constraintNamed(constraint?.key), key, [...path, key]);
      this.value(shape.value, constraintNamed(constraint?.value), entry, [...path, key]);
    }
  }

  #structure(shape: Structure, value: unknown, path: Violation['path']): void {
    if (!isObject(value)) {
      this.#wrongType('an object', value, path);
      return;
    }
    const names = [...shape.members.keys()];
    const given = Object.keys(value).filter((name) => value[name] !== undefined && value[name] !== null);
    for (const name of given.filter((name) => !shape.members.has(name))) {
      this.#report([...path, name], 'unknown', 'is not a member', `one of ${names.join(', ')}`, names);
    }
    if (shape.type === 'union') this.#exactlyOne(names, given, path);
    for (const member of shape.members.values()) {
      const memberPath = [...path, member.name];
      if (given.includes(member.name)) {
        this.value(member.shape, constraintOfMember(shape.name, member.name), value[member.name], memberPath);
      } else if (member.required) {
        this.#report(memberPath, 'required', 'is required', typeText(member.shape));
      }
    }
  }

  #exactlyOne(names: readonly string[], given: readonly string[], path: Violation['path']): void {
    if (given.length === 1) return;
    const message = given.length === 0 ? 'is empty' : `has ${given.length} members: ${given.join(', ')}`;
    this.#report(path, 'union', message, `exactly one of ${names.join(', ')}`, names);
  }

  #simple(shape: Simple, constraint: Constraint | undefined, value: unknown, path: Violation['path']): void {
    if (typeof value === 'string' && this.#isReference(value)) return;
    if (SIMPLE_TYPES[shape.type].accepts(value)) this.#constraint(constraint, value, path);
    else this.#wrongType(typeText(shape), value, path);
  }

  #constraint(constraint: Constraint | undefined, value: unknown, path: Violation['path']): void {
    if (constraint)
      this.violations.push(...constraintViolation(constraint, value).map((found) => ({ path, ...found })));
  }

  #wrongType(expected: string, value: unknown, path: Violation['path']): void {
    this.#report(path, 'type', `is ${jsonType(value)}`, expected);
  }

  #report(
    path: Violation['path'],
    kind: ViolationKind,
    message: string,
    expected: string,
    candidates?: readonly string[],
  ): void {
    this.violations.push({ path, kind, message, expected, ...(candidates && { candidates }) });
  }
}

interface SimpleType {
  readonly text: string;
  readonly accepts: (value: unknown) => boolean;
}

const isString = (value: unknown): boolean => typeof value === 'string';

const SIMPLE_TYPES: Readonly<Record<Simple['type'], SimpleType>> = {
  string: { text: 'a string', accepts: isString },
  boolean: { text: 'true or false', accepts: (value) => typeof value === 'boolean' },
  integer: { text: 'an integer', accepts: Number.isInteger },
  number: { text: 'a number', accepts: Number.isFinite },
  // JSON has no timestamps: they travel as seconds or as RFC 3339 text.
  timestamp: {
    text: 'a timestamp',
    accepts: (value) =>
      Number.isFinite(value) || (typeof value === 'string' && !Number.isNaN(Date.parse(value))),
  },
  blob: { text: 'base64 text', accepts: isString },
  document: { text: 'any JSON', accepts: () => true },
};

function typeText(shape: Shape): string {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return `an object (${shape.name})`;
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    default:
      return SIMPLE_TYPES[shape.type].text;
  }
}

function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
