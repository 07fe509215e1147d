import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { desiredState } from '../../core/desired/desiredState.ts';
import { openGuardrails } from '../../core/guardrails/guardrails.ts';
import { parseManifest } from '../../core/manifest/parseManifest.ts';
import { readSchema } from '../../core/schemas/readSchema.ts';
import type { SchemaKind } from '../../core/schemas/schemaTypes.ts';
import type { Case, ExpectedProblem } from './caseFile.ts';

/** What a reader made of a case. */
export interface CaseResult {
  readonly problems: readonly (ExpectedProblem & { readonly message: string })[];
  /** The input schema of every tool, by the tool's name. */
  readonly tools?: Readonly<Record<string, unknown>>;
}

export type CaseReader = (input: Case) => CaseResult | Promise<CaseResult>;

/** The readers by the name that `reads` in a case.yaml gives. */
export const caseReaders: Readonly<Record<string, CaseReader>> = {
  openApi: schemaReader('openApi'),
  smithy: schemaReader('smithy'),
  lambdaTools: schemaReader('lambdaTools'),
  mcpTools: schemaReader('mcpTools'),
  workspace: readWorkspace,
};

/** Reads the only file of a case as a schema. The members of `options` are those of `SchemaOptions`. */
function schemaReader(kind: SchemaKind): CaseReader {
  return ({ id, expected, files }) => {
    const [file, ...others] = files;
    if (file === undefined || others.length > 0) throw new Error(`${id} needs exactly one schema file.`);
    const [name, bytes] = file;
    const { problems, tools } = readSchema(kind, bytes, name, expected.options);
    return {
      problems,
      tools: Object.fromEntries(tools.map((tool) => [tool.name, tool.inputSchema])),
    };
  };
}

/** Reads the files of a case as a workspace, as poll does. */
function readWorkspace({ id, files }: Case): CaseResult {
  const bytes = files.get('manifest.yaml') ?? new Uint8Array();
  const { readable, faults, problems } = parseManifest(bytes, 'manifest.yaml', resourceShapes);
  if (!readable || !faults) return { problems };
  return desiredState({
    guardrails: openGuardrails,
    workspace: id,
    manifest: readable,
    manifestProblems: problems,
    manifestFaults: faults,
    files: new Map([...files].map(([path, content]) => [path, { size: content.byteLength, bytes: content }])),
    revision: id,
    appliedUri: (sha256) => `s3://specs/applied/${sha256}`,
  });
}
