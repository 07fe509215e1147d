import { defined } from '../objects.ts';
import { messageText } from '../problem.ts';
import { canonicalJson, sha256 } from './canonicalJson.ts';
import { lambdaTools } from './lambdaTools.ts';
import { mcpTools } from './mcpTools.ts';
import { openApi } from './openApi.ts';
import { type ParsedDocument, readDocument } from './readDocument.ts';
import { type Rule, runRules } from './rule.ts';
import { schemaLimits } from './schemaLimits.ts';
import type {
  ParsedSchema,
  SchemaKind,
  SchemaKindReader,
  SchemaOptions,
  SchemaProblem,
  SchemaServer,
  UnlocatedProblem,
  UnlocatedServer,
} from './schemaTypes.ts';
import { smithy } from './smithy.ts';
import { checkTools } from './toolRules.ts';

/** The reader of each kind of schema. */
const schemaKinds: Readonly<Record<SchemaKind, SchemaKindReader>> = {
  openApi,
  smithy,
  lambdaTools,
  mcpTools,
};

const contentType = 'application/json';

/**
 * Reads and checks a schema, derives its tools and its canonical form. Never throws: it reports everything that is
 * wrong in `problems`, a defect of its own included, so that one schema does not stop the other resources. A schema without an error among them may be applied.
 *
 * @param bytes the uploaded file: JSON or YAML in UTF-8
 * @param fileName decides, with the content, between JSON and YAML; the file is not opened
 */
export function readSchema(
  kind: SchemaKind,
  bytes: Uint8Array,
  fileName: string,
  options: SchemaOptions = {},
): ParsedSchema {
  try {
    return parseSchema(kind, bytes, fileName, options);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    const message = `Gateloop failed to read the schema (${name}), which is a defect of Gateloop. Report it with the schema; until it is mended, leave out what is unusual about the schema.`;
    return unreadableSchema([{ severity: 'error', rule: 'schema-reader', path: '', message }]);
  }
}

function parseSchema(
  kind: SchemaKind,
  bytes: Uint8Array,
  fileName: string,
  options: SchemaOptions,
): ParsedSchema {
  const parsed = readDocument(bytes, fileName);
  if ('problems' in parsed) return unreadableSchema(parsed.problems);
  const { document } = parsed;
  const { problems, tools, servers = [] } = schemaKinds[kind].read(document.value, options);
  const canonical = canonicalJson(document.value);
  const unlocated = [
    ...document.warnings,
    ...problems,
    ...checkTools(tools, options),
    ...checkSize({
      uploaded: bytes.byteLength,
      canonical: canonical.byteLength,
      inline: options.inline === true,
    }),
  ];
  return {
    problems: document.locate(unlocated).map(shown),
    tools: tools.map(({ tool }) => tool),
    servers: locateServers(servers, document),
    canonical,
    fingerprint: sha256(canonical),
    contentType,
  };
}

/** A document locates problems: each server is located as one. */
function locateServers(servers: readonly UnlocatedServer[], document: ParsedDocument): SchemaServer[] {
  const places = servers.map(({ url, pointer }) => ({
    ...{ severity: 'warning' as const, rule: 'server', path: pointer, message: url },
  }));
  return document.locate(places).map(({ message: url, line, column }) => defined({ url, line, column }));
}

function unreadableSchema(problems: readonly SchemaProblem[]): ParsedSchema {
  return {
    problems: problems.map(shown),
    tools: [],
    servers: [],
    canonical: new Uint8Array(),
    fingerprint: '',
    contentType,
  };
}

/** Rules quote names and values of the document, which may be as long as it. */
function shown(problem: SchemaProblem): SchemaProblem {
  const { message, expected } = problem;
  return {
    ...problem,
    message: messageText(message),
    ...defined({ expected: expected === undefined ? undefined : messageText(expected) }),
  };
}

interface Sizes {
  readonly uploaded: number;
  readonly canonical: number;
  readonly inline: boolean;
}

const source = 'AgentCore developer guide, quotas: 1 MB inline, 10 MB in S3';

const sizeRules: readonly Rule<Sizes>[] = [
  {
    id: 'schema-size-inline',
    severity: 'error',
    source,
    *check({ uploaded, inline }) {
      if (!inline || uploaded <= schemaLimits.inlineBytes) return;
      const message = `The inline schema has ${uploaded} bytes. Move it to a file and refer to it with "file:".`;
      yield { pointer: '', message, expected: `at most ${schemaLimits.inlineBytes} bytes` };
    },
  },
  {
    id: 'schema-size-s3',
    severity: 'error',
    source,
    *check({ canonical }) {
      if (canonical <= schemaLimits.canonicalBytes) return;
      const message = `The schema has ${canonical} bytes without white space. Remove operations, or split the schema across several targets.`;
      yield { pointer: '', message, expected: `at most ${schemaLimits.canonicalBytes} bytes` };
    },
  },
];

/** Checks the size of a parsed schema. */
function checkSize(sizes: Sizes): UnlocatedProblem[] {
  return runRules(sizeRules, sizes);
}
