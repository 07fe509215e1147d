import fc from 'fast-check';
import { parse } from 'yaml';
import { resourceShapes } from '../../../adapters/resourceShapes.ts';
import { fingerprint } from '../../../core/desired/desired.ts';
import { desiredState } from '../../../core/desired/desiredState.ts';
import type { LoadedFile, WorkspaceFiles } from '../../../core/desired/schemaFiles.ts';
import { openGuardrails } from '../../../core/guardrails/guardrails.ts';
import type { JsonValue } from '../../../core/json.ts';
import { defaultLimits } from '../../../core/manifest/limits.ts';
import { referencedFiles } from '../../../core/manifest/manifest.ts';
import { parseManifest } from '../../../core/manifest/parseManifest.ts';
import { sampleManifest } from '../../../core/manifest/testing/sampleManifest.ts';
import { outcomeMessage } from '../../../core/messages/outcomeMessage.ts';
import { hasErrors } from '../../../core/problem.ts';
import { manifests, schemas } from '../corpus.ts';
import { fuzzKind } from '../fuzzKind.ts';
import { mutatedText, mutatedValue } from '../mutations.ts';
import { checkProblems, checkText, promise } from '../promises.ts';

interface Manifest {
  /** As UTF-8, or, for bytes that are none, as hex. */
  readonly text?: string;
  readonly hex?: string;
  /** The schema file of the sample manifest, as UTF-8. */
  readonly schema?: string;
}

const FRAGMENTS = [
  ...[
    ': ',
    ':',
    '- ',
    '\n',
    '\n  ',
    '\n    ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '---\n',
    '...\n',
    '\t',
  ],
  ...['&a ', '*a', '<<: *a\n', '!!str ', '!!binary ', '|\n', '>-\n', '? ', '%YAML 1.1\n', '\uFEFF', '\u0085'],
  ...['gateways:\n', 'targets:\n', 'settings: ', 'file: ', 'secretsManager: ', 'targetsFromRegistry: '],
  ...['name: a\nname: b\n', `${'{a: '.repeat(70)}1${'}'.repeat(70)}`, '['.repeat(5000)],
  ...[`\${gateways.payments.gatewayArn}`, '0x1F', '1_000', '.inf', '2026-01-01', 'yes'],
  'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
];

const structures = manifests.flatMap((text): JsonValue[] => {
  try {
    return [parse(text)];
  } catch {
    return [];
  }
});

const fragments = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 }).map((parts) => parts.join(''));

const inputs: fc.Arbitrary<Manifest> = fc.oneof(
  { weight: 8, arbitrary: mutatedText(manifests, FRAGMENTS).map((text) => ({ text })) },
  { weight: 8, arbitrary: mutatedValue(structures).map((value) => ({ text: JSON.stringify(value) })) },
  { weight: 1, arbitrary: fragments.map((text) => ({ text })) },
  { weight: 1, arbitrary: fragments.map((schema) => ({ schema })) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => ({ hex: Buffer.from(bytes).toString('hex') })),
  },
);

const SCHEMA_FILE = 'schemas/ledger.openapi.yaml';

const knownFiles: WorkspaceFiles = new Map(
  schemas.map(({ name, text }) => [`schemas/${name}`, fileOf(text)]),
);

function fileOf(text: string): LoadedFile {
  const bytes = new TextEncoder().encode(text);
  return { size: bytes.length, bytes };
}

/** Of the desired state as JSON, for a manifest of a few KB whose schemas are inline. */
const MAX_DESIRED_LENGTH = 4_000_000;

export const manifestKind = fuzzKind<Manifest>({
  name: 'manifests',
  fuzzed:
    'parseManifest, desiredState and the message about a refused upload: YAML and JSON texts, and bytes',
  share: 0.012,
  inputs,
  check({ text = sampleManifest, hex, schema }) {
    const bytes = hex === undefined ? new TextEncoder().encode(text) : Buffer.from(hex, 'hex');
    const parsed = parseManifest(bytes, 'manifest.yaml', resourceShapes, defaultLimits, 'payments');
    const { manifest, readable, faults, problems } = parsed;
    checkProblems(problems);
    promise((manifest === undefined) === hasErrors(problems), 'a manifest is refused for an error');
    if (!readable || !faults) return;
    const file = schema === undefined ? undefined : fileOf(schema);
    const files = file ? new Map([...knownFiles, [SCHEMA_FILE, file]]) : knownFiles;
    referencedFiles(readable);
    const result = desiredState({
      guardrails: openGuardrails,
      workspace: 'payments',
      manifest: readable,
      manifestProblems: problems,
      manifestFaults: faults,
      files,
      revision: 'r',
      appliedUri: (sha256) => `s3://specs/applied/${sha256}`,
    });
    checkProblems(result.problems);
    promise(
      result.desired !== undefined || hasErrors(result.problems),
      'an upload is refused for an error',
      result.problems,
    );
    for (const { config } of result.desired?.resources ?? []) fingerprint(config);
    promise(
      (JSON.stringify(result.desired)?.length ?? 0) < MAX_DESIRED_LENGTH,
      'a desired state is bounded by its upload',
    );
    if (result.desired) return;
    const message = outcomeMessage({
      workspace: 'payments',
      outcome: 'refused',
      revision: 'r',
      problems: result.problems,
      resources: [],
    });
    checkText(message.subject, 99, 'a subject');
    checkText(message.text.replaceAll('\n', ''), 200_000, 'a message');
  },
});
