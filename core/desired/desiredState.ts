import { type Address, addressOf } from '../address.ts';
import {
  type GuardrailProblem,
  guardedManifest,
  movedFromProblems,
  ownerProblems,
  resourceProblems,
  type SchemaToGuard,
} from '../guardrails/guardManifest.ts';
import type { WorkspaceGuardrails } from '../guardrails/guardrails.ts';
import type { JsonObject } from '../json.ts';
import type { Manifest, ManifestResource } from '../manifest/manifest.ts';
import type { ManifestFaults } from '../manifest/manifestFaults.ts';
import { memberAt, withMemberAt } from '../manifest/memberAt.ts';
import { textFileCheck } from '../manifest/metadataRules.ts';
import type { Reference } from '../manifest/reference.ts';
import type { SchemaUse } from '../manifest/schemaSource.ts';
import { defined } from '../objects.ts';
import { formatPath, formatProblem, inReadingOrder, type Problem } from '../problem.ts';
import { nameInput, resourceKinds } from '../resources/resourceKinds.ts';
import type { SchemaKind, SchemaServer } from '../schemas/schemaTypes.ts';
import type {
  AppliedSchema,
  ChangeGuardrails,
  DesiredResource,
  DesiredSchema,
  DesiredState,
  FaultyResource,
} from './desired.ts';
import { readInlineSchema } from './inlineSchema.ts';
import {
  type FileUse,
  readSchemaFile,
  type SchemaFileResult,
  type SchemaReading,
  type WorkspaceFiles,
} from './schemaFiles.ts';
import { localName, type SchemaFileUse, schemaFileKey, schemaFileUses, targetOptions } from './schemaUses.ts';
import { readTextFile } from './textFiles.ts';

/** The files of a workspace that its desired state is read from. */
export interface WorkspaceContent {
  readonly workspace: string;
  /** What can be read of the manifest. */
  readonly manifest: Manifest;
  /** The problems of the manifest. An error in it does not keep its schemas from being checked. */
  readonly manifestProblems: readonly Problem[];
  /** What of the manifest its errors concern. */
  readonly manifestFaults: ManifestFaults;
  /** The files that `referencedFiles` names, by their path in the workspace. */
  readonly files: WorkspaceFiles;
  /** What is known of schema files already, by the keys of their uses; the bytes of the others are in `files`. */
  readonly readings?: ReadonlyMap<string, SchemaReading>;
  /** The keys of the schema files that a later poll reads: the resources that use them stay as they are until then. */
  readonly unread?: ReadonlySet<string>;
  readonly guardrails: WorkspaceGuardrails;
  /** The revision of the upload. */
  readonly revision: string;
  /** @returns the S3 URI of the applied copy with this hash, whether it exists yet or not */
  readonly appliedUri: (sha256: string) => string;
}

export interface DesiredStateResult {
  /**
   * Absent where an error refuses the workspace: then Gateloop must not change anything of it. That is an error of the
   * manifest as a whole, or at least one error in every resource.
   */
  readonly desired?: DesiredState;
  /** The schemas that were read here, to store before any target refers to them, each once. */
  readonly applied: readonly AppliedSchema[];
  /** All problems, of the manifest and of its schemas, in the order of `inReadingOrder`. */
  readonly problems: readonly Problem[];
}

/** Reads and checks the schemas of a manifest, and returns the desired state. Never throws. */
export function desiredState(content: WorkspaceContent): DesiredStateResult {
  const { workspace, guardrails, revision } = content;
  const guarded = { workspace, guardrails };
  const manifest = guardedManifest(content.manifest, guarded);
  const reader = new SchemaReader({ ...content, manifest });
  const read = manifest.resources.map((resource) => desiredResource(resource, reader));
  const ofOwners = ownerProblems(content.manifest, guarded);
  const ofResources = resourceProblems(
    manifest.resources.map((resource, index) => {
      const desired = read[index] ?? desiredResource(resource, reader);
      return { resource, desired, schemas: reader.schemasOf(resource) };
    }),
    guarded,
  );
  const forbidden = [...movedFromProblems(content.manifest, guarded), ...ofOwners, ...ofResources];
  const problems = inReadingOrder(
    [...content.manifestProblems, ...reader.problems(), ...forbidden.map(({ problem }) => problem)],
    manifest.file,
  );
  const faults = faultsOf({ ...content, manifest }, reader, forbidden);
  const unread = manifest.resources.filter(
    (resource) => !faults.has(addressIn(resource)) && reader.isUnread(resource),
  );
  const left = new Set([...faults.keys(), ...unread.map(addressIn)]);
  const isFaulty = (address: Address) => left.has(address);
  const resources = read.filter(({ address }) => !isFaulty(address));
  const concernsAll =
    content.manifestFaults.concernsAll || forbidden.some(({ address }) => address === undefined);
  const isRefused = concernsAll || (faults.size > 0 && resources.length === 0 && unread.length === 0);
  if (isRefused) return { applied: [], problems };
  const { owners } = manifest;
  const settings = left.size > 0 ? { ...manifest.settings, prune: false } : manifest.settings;
  const unmanaged = manifest.resources
    .filter(({ ownership }) => ownership.unmanage)
    .map(addressIn)
    .filter((address) => !isFaulty(address));
  const sources = manifest.sources.filter(({ gateway: name }) => {
    const gateway = addressOf('gateway', name);
    return !unmanaged.includes(gateway) && !isFaulty(gateway);
  });
  const shared = manifest.shared
    .map(({ name, sharedBy, owner, location }) => ({
      address: addressOf('gateway', name),
      sharedBy,
      location,
      ...defined({ owner }),
    }))
    .filter(({ address }) => !isFaulty(address));
  const desired: DesiredState = {
    workspace,
    revision,
    settings,
    owners,
    guardrails: changeGuardrails(guardrails),
    resources: resources.filter(({ address }) => !unmanaged.includes(address)),
    ...(left.size > 0 && {
      faulty: [...faultyResources(faults, manifest), ...unread.map(unreadResource)],
      isPruningSuspended: true as const,
    }),
    ...(unmanaged.length > 0 && { unmanaged }),
    ...(shared.length > 0 && { shared }),
    ...(sources.length > 0 && { sources }),
    warnings: problems.filter(({ severity }) => severity === 'warning'),
  };
  return { desired, applied: reader.applied(), problems };
}

function changeGuardrails({ deletions, approve, ownerChannels }: WorkspaceGuardrails): ChangeGuardrails {
  return { deletions, approve, ownerChannels };
}

/** The errors of single resources: in the manifest, in their schemas, and against the guardrails. */
function faultsOf(
  { manifest, manifestFaults }: WorkspaceContent,
  reader: SchemaReader,
  forbidden: readonly GuardrailProblem[],
): ReadonlyMap<Address, readonly Problem[]> {
  const faults = new Map(manifestFaults.byResource);
  for (const resource of manifest.resources) {
    const errors = reader.problemsOf(resource).filter(({ severity }) => severity === 'error');
    const address = addressIn(resource);
    if (errors.length > 0) faults.set(address, [...(faults.get(address) ?? []), ...errors]);
  }
  for (const { address, problem } of forbidden)
    if (address) faults.set(address, [...(faults.get(address) ?? []), problem]);
  return faults;
}

/** The number of errors that the reasons of a resource quote. The outcome lists all. */
const MAX_REASONS = 5;

function faultyResources(
  faults: ReadonlyMap<Address, readonly Problem[]>,
  { resources }: Manifest,
): FaultyResource[] {
  const owners = new Map(resources.map((resource) => [addressIn(resource), resource.owner]));
  return [...faults].map(([address, problems]) => {
    const reasons = problems.slice(0, MAX_REASONS).map(formatProblem);
    const rest = problems.length - reasons.length;
    if (rest > 0) reasons.push(`${rest} further errors of it are among the problems of the upload.`);
    return { address, ...defined({ owner: owners.get(address) }), reasons };
  });
}

function unreadResource(resource: ManifestResource): FaultyResource {
  const reasons = ['Its schema is read by one of the next polls. Until then it stays as it is.'];
  return { address: addressIn(resource), ...defined({ owner: resource.owner }), reasons, isUnread: true };
}

function addressIn({ kind, name }: ManifestResource): Address {
  return addressOf(kind, name);
}

function desiredResource(resource: ManifestResource, reader: SchemaReader): DesiredResource {
  const { kind, name, references, owner, settings, ownership, publication, location } = resource;
  const { adopt, protect, movedFrom, sharedWith } = ownership;
  let config: JsonObject = { ...resource.config, ...nameInput(resourceKinds[kind], localName(resource)) };
  let schema: DesiredSchema | undefined;
  const inTexts: Reference[] = [];
  for (const use of resource.schemas) {
    const read = reader.read(resource, use, config);
    config = read.config;
    schema ??= read.schema;
    inTexts.push(...(read.references ?? []));
  }
  return {
    address: addressOf(kind, name),
    kind,
    name,
    config,
    references: [...references, ...inTexts],
    ...(owner && { owner }),
    settings,
    ...defined({ adopt, protect, movedFrom, sharedWith, publication }),
    ...(schema && { schema }),
    location,
  };
}

/** The kinds of schema that say which servers the tools of a target call. */
const CALLS_SERVERS: ReadonlySet<SchemaKind> = new Set(['openApi', 'smithy']);

/** Reads each file once, for any number of targets that use it. */
class SchemaReader {
  readonly #content: WorkspaceContent;
  readonly #files = new Map<string, SchemaFileResult>();
  readonly #uses: ReadonlyMap<string, SchemaFileUse>;
  readonly #problems: Problem[] = [];
  readonly #inlineProblems = new Map<ManifestResource, readonly Problem[]>();
  readonly #textProblems = new Map<ManifestResource, readonly Problem[]>();
  readonly #inlineServers = new Map<ManifestResource, readonly SchemaServer[]>();

  constructor(content: WorkspaceContent) {
    this.#content = content;
    this.#uses = schemaFileUses(content.manifest.resources);
  }

  read(
    resource: ManifestResource,
    use: SchemaUse,
    config: JsonObject,
  ): { config: JsonObject; schema?: DesiredSchema; references?: readonly Reference[] } {
    switch (use.origin) {
      case 'file':
        return this.#readFile(resource, use, config);
      case 'inlinePayload':
        return this.#readInline(resource, use, config);
      case 's3':
        this.#warnMutable(resource, use);
        return { config };
      case 'text':
        return this.#readText(resource, use, config);
    }
  }

  problems(): Problem[] {
    return [...this.#problems, ...[...this.#files.values()].flatMap((read) => read.problems)];
  }

  /** @returns the problems of the schemas that a resource uses, other resources perhaps as well */
  problemsOf(resource: ManifestResource): readonly Problem[] {
    const ofFiles = resource.schemas.flatMap((use) => this.#files.get(schemaFileKey(use))?.problems ?? []);
    return [
      ...(this.#inlineProblems.get(resource) ?? []),
      ...(this.#textProblems.get(resource) ?? []),
      ...ofFiles,
    ];
  }

  /** @returns the schemas that decide which servers a resource calls, as far as they were read */
  schemasOf(resource: ManifestResource): SchemaToGuard[] {
    return resource.schemas.flatMap((use): SchemaToGuard[] => {
      const { path, file, kind, origin } = use;
      if (origin === 'text') return [];
      if (kind !== undefined && !CALLS_SERVERS.has(kind)) return [];
      if (use.origin === 'inlinePayload') return [{ path, servers: this.#inlineServers.get(resource) }];
      const schema = this.#files.get(schemaFileKey(use))?.schema;
      // A file with errors has problems of its own.
      if (use.origin === 'file' && !schema) return [];
      return [{ path, ...defined({ file }), servers: schema?.servers }];
    });
  }

  applied(): AppliedSchema[] {
    const applied = new Map<string, AppliedSchema>();
    for (const { schema } of this.#files.values()) {
      if (!schema) continue;
      const { sha256, bytes, contentType } = schema;
      // A kept reading was stored after its copy.
      if (bytes) applied.set(sha256, { sha256, bytes, contentType });
    }
    return [...applied.values()];
  }

  /** @returns whether a later poll reads a schema of the resource */
  isUnread({ schemas }: ManifestResource): boolean {
    const { unread } = this.#content;
    return unread !== undefined && schemas.some((use) => unread.has(schemaFileKey(use)));
  }

  #readFile(resource: ManifestResource, use: SchemaUse, config: JsonObject) {
    const { file, kind, path } = use;
    const key = schemaFileKey(use);
    if (file === undefined || this.#content.unread?.has(key)) return { config };
    const at = [...path, 'file'];
    const fileUse: FileUse = {
      file,
      ...(kind && { kind }),
      ...targetOptions(resource),
      ...this.#uses.get(key),
      path: formatPath([...resource.path, ...at]),
      location: resource.locationOf(at),
    };
    const read =
      this.#files.get(key) ?? readSchemaFile(fileUse, this.#content.files, this.#content.readings?.get(key));
    this.#files.set(key, read);
    if (!read.schema) return { config };
    const { sha256, tools } = read.schema;
    const uri = this.#content.appliedUri(sha256);
    return {
      config: withMemberAt(config, path, { s3: { uri } }),
      schema: { file, ...(kind && { kind }), sha256, uri, tools },
    };
  }

  #readInline(resource: ManifestResource, { kind, path }: SchemaUse, config: JsonObject) {
    const at = [...path, 'inlinePayload'];
    const payload = memberAt(config, at);
    if (!kind || payload === undefined) return { config };
    const result = readInlineSchema(resource, kind, at, payload, targetOptions(resource));
    this.#problems.push(...result.problems);
    this.#inlineProblems.set(resource, result.problems);
    // A schema with errors has problems of its own.
    this.#inlineServers.set(resource, result.servers ?? []);
    const { schema } = result;
    return { config: withMemberAt(config, at, result.payload), ...(schema && { schema }) };
  }

  /** Each use is read by itself: a text may name resources, and is bounded by the member that has it. */
  #readText(resource: ManifestResource, { path, file = '' }: SchemaUse, config: JsonObject) {
    const at = [...path, 'file'];
    const place = {
      file,
      path: formatPath([...resource.path, ...at]),
      location: resource.locationOf(at),
      check: textFileCheck(resource.kind, path),
    };
    const { text, references = [], problems } = readTextFile(place, this.#content);
    this.#problems.push(...problems);
    this.#textProblems.set(resource, [...(this.#textProblems.get(resource) ?? []), ...problems]);
    if (text === undefined) return { config };
    return {
      config: withMemberAt(config, path, text),
      references: references.map((reference) => ({ ...reference, path })),
    };
  }

  #warnMutable({ path, locationOf }: ManifestResource, use: SchemaUse): void {
    const at = [...use.path, 's3'];
    this.#problems.push({
      severity: 'warning',
      ...locationOf(at),
      path: formatPath([...path, ...at]),
      message:
        'The object in S3 can be overwritten unnoticed, since the reference carries no version. Put the schema into the workspace and refer to it with "file:".',
    });
  }
}
