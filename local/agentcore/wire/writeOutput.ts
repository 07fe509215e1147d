import type { Shape, SimpleShape, StructureShape } from '../../../core/api/shapes.ts';

/** Members that the model requires, and that recorded answers of the service lack. */
const MAY_BE_MISSING: ReadonlySet<string> = new Set([
  // Of a target without credentials.
  'CreateGatewayTargetResponse.credentialProviderConfigurations',
  'GetGatewayTargetResponse.credentialProviderConfigurations',
  'UpdateGatewayTargetResponse.credentialProviderConfigurations',
  'GatewayTarget.credentialProviderConfigurations',
  // Of a harness whose runtime does not exist yet.
  'HarnessAgentCoreRuntimeEnvironment.agentRuntimeArn',
  'HarnessAgentCoreRuntimeEnvironment.agentRuntimeId',
]);

/**
 * Serializes an operation's response to JSON, with dates in the format that the model defines. An unknown member or a
 * missing required one is a defect of the emulator, which must not reach a client.
 * @throws TypeError that names the member
 */
export function writeOutput(shape: StructureShape, value: object): Record<string, unknown> {
  return writeStructure(shape, value, shape.name);
}

function writeStructure(shape: StructureShape, value: object, path: string): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    const member = shape.members.get(name);
    if (!member) throw new TypeError(`${path} has no member ${name}: the response must not contain it`);
    written[name] = write(member.shape, entry, `${path}.${name}`);
  }
  for (const member of shape.members.values()) {
    const isMissing = member.required && written[member.name] === undefined;
    if (isMissing && !MAY_BE_MISSING.has(`${shape.name}.${member.name}`)) {
      throw new TypeError(`${path}.${member.name} is required: the response must contain it`);
    }
  }
  return written;
}

function write(shape: Shape, value: unknown, path: string): unknown {
  if (value instanceof Date) return writeDate(shape, value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (shape.type !== 'list') return shape.type === 'document' ? value : mismatch(shape, path);
    return value.map((element) => write(shape.element, element, path));
  }
  switch (shape.type) {
    case 'structure':
    case 'union':
      return writeStructure(shape, value, path);
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, write(shape.value, entry, `${path}.${key}`)]),
      );
    case 'document':
      return value;
    default:
      return mismatch(shape, path);
  }
}

function writeDate(shape: Shape, value: Date, path: string): unknown {
  if (shape.type !== 'timestamp') return mismatch(shape, path);
  return DATE_FORMATS[shape.format ?? 'epoch-seconds'](value);
}

const DATE_FORMATS: Readonly<Record<NonNullable<SimpleShape['format']>, (date: Date) => unknown>> = {
  'date-time': (date) => date.toISOString(),
  'epoch-seconds': (date) => date.getTime() / 1000,
  'http-date': (date) => date.toUTCString(),
};

function mismatch(shape: Shape, path: string): never {
  throw new TypeError(`${path} is not a ${shape.type}: the response must match the model`);
}
