import type { JsonValue } from '../json.ts';
import type { ManifestResource } from '../manifest/manifest.ts';
import { defined } from '../objects.ts';
import { formatPath, type Path, type Problem } from '../problem.ts';
import { pointerSteps } from '../schemas/pointer.ts';
import { readSchema } from '../schemas/readSchema.ts';
import type { SchemaKind, SchemaOptions, SchemaProblem, SchemaServer } from '../schemas/schemaTypes.ts';
import type { DesiredSchema } from './desired.ts';

export interface InlineSchemaResult {
  readonly schema?: DesiredSchema;
  /** The payload to send; text is in canonical form, so that indentation does not count as a change. */
  readonly payload: JsonValue;
  readonly problems: readonly Problem[];
  readonly servers?: readonly SchemaServer[];
}

/** Checks an inline schema of the manifest. The API accepts Lambda tools as a list, and other schemas as text. */
export function readInlineSchema(
  resource: ManifestResource,
  kind: SchemaKind,
  path: Path,
  payload: JsonValue,
  options: SchemaOptions,
): InlineSchemaResult {
  const isText = typeof payload === 'string';
  const bytes = new TextEncoder().encode(isText ? payload : JSON.stringify(payload));
  const parsed = readSchema(kind, bytes, isText ? 'inlinePayload' : 'inlinePayload.json', {
    ...options,
    inline: true,
  });
  const problems = parsed.problems.map((problem) => locateProblem(resource, path, problem, isText));
  if (problems.some(({ severity }) => severity === 'error')) return { payload, problems };
  return {
    schema: { kind, sha256: parsed.fingerprint, tools: parsed.tools },
    payload: isText ? new TextDecoder().decode(parsed.canonical) : payload,
    problems,
    servers: parsed.servers,
  };
}

/** A line of a text payload counts from the start of the payload; a member of a list has its own line in the manifest. */
function locateProblem(
  resource: ManifestResource,
  path: Path,
  problem: SchemaProblem,
  isText: boolean,
): Problem {
  const { severity, message, expected, line } = problem;
  const at = isText ? path : [...path, ...pathFromPointer(problem.path)];
  const where = isText && line !== undefined ? `In line ${line} of the inline schema: ` : '';
  return {
    severity,
    ...resource.locationOf(at),
    path: formatPath([...resource.path, ...at]),
    message: `${where}${message}`,
    ...defined({ expected }),
  };
}

/** A JSON pointer writes list indices as digits. */
function pathFromPointer(pointer: string): Path {
  return pointerSteps(pointer).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
