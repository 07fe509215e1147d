import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { withMemberAt } from '../../core/manifest/memberAt.ts';
import { schemaKindAt } from '../../core/manifest/schemaSource.ts';
import type { Path } from '../../core/problem.ts';
import type { SchemaKind } from '../../core/schemas/schemaTypes.ts';

/** A schema of a target, where the service has it: inline or in S3. */
interface FoundSchema {
  readonly path: Path;
  readonly kind: SchemaKind;
  readonly source: JsonObject;
}

/** A target whose schemas are files of the workspace. */
export interface TargetWithFiles {
  readonly config: JsonObject;
  /** The content of each file by its path in the workspace. */
  readonly files: ReadonlyMap<string, string>;
  /** The S3 URIs that could not be read, each with the code of the error: these schemas stay where they are. */
  readonly unread: ReadonlyMap<string, string>;
}

const EXTENSIONS: Readonly<Record<SchemaKind, string>> = {
  openApi: 'openapi',
  smithy: 'smithy',
  lambdaTools: 'tools',
  mcpTools: 'tools',
};

/** Takes the schemas out of the configuration of a target, and refers to files in their place. */
export async function schemasToFiles(
  target: string,
  config: JsonObject,
  readObject: (uri: string) => Promise<string>,
): Promise<TargetWithFiles> {
  const files = new Map<string, string>();
  const unread = new Map<string, string>();
  let changed = config;
  for (const { path, kind, source } of schemasIn(config, [])) {
    const { inlinePayload, s3 } = source;
    const uri = isJsonObject(s3) ? asText(s3.uri) : '';
    const text =
      inlinePayload === undefined ? await objectAt(uri, readObject, unread) : textOf(inlinePayload);
    if (text === undefined) continue;
    const format = /^\s*[{[]/.test(text) ? 'json' : 'yaml';
    const file = `schemas/${target}.${EXTENSIONS[kind]}.${format}`;
    files.set(file, text);
    changed = withMemberAt(changed, path, { file });
  }
  return { config: changed, files, unread };
}

function schemasIn(value: JsonValue | undefined, path: Path): FoundSchema[] {
  if (!isJsonObject(value)) return [];
  const kind = schemaKindAt(path);
  if (kind && (value.inlinePayload !== undefined || value.s3 !== undefined))
    return [{ path, kind, source: value }];
  return Object.entries(value).flatMap(([name, member]) => schemasIn(member, [...path, name]));
}

async function objectAt(
  uri: string,
  readObject: (uri: string) => Promise<string>,
  unread: Map<string, string>,
): Promise<string | undefined> {
  try {
    return await readObject(uri);
  } catch (error) {
    unread.set(uri, error instanceof Error ? error.name : String(error));
    return undefined;
  }
}

function textOf(payload: JsonValue): string {
  return typeof payload === 'string' ? payload : `${JSON.stringify(payload, null, 2)}\n`;
}
