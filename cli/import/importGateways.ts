import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { requestedConfig } from '../../core/comparison/requestedConfig.ts';
import { asText, type JsonObject } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import type { TagMap } from '../../core/ports/controlPlane.ts';
import { gateway as gatewayRow } from '../../core/resources/gateway.ts';
import { gatewayTarget as targetRow } from '../../core/resources/gatewayTarget.ts';
import { resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import { isWorkspaceName } from '../../core/storage/uploads.ts';
import { counted } from '../../core/text/counted.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { explainedAwsError } from '../awsErrors.ts';
import type { Screen } from '../display/screen.ts';
import { CommandError, invalidOption } from '../errorReport.ts';
import { exitCodes } from '../exitCodes.ts';
import {
  gatewayManifest,
  type ImportedProvider,
  type ImportedResource,
  type ProviderKind,
} from './gatewayManifest.ts';
import type { ImportPorts } from './importPorts.ts';
import { schemasToFiles } from './schemaFiles.ts';

export interface ImportOptions {
  /** The id or name of a gateway; absent for all. */
  readonly id?: string;
  /** The folder that gets a folder for each gateway; absolute. */
  readonly out: string;
  /** Write schemas to files. */
  readonly files: boolean;
  /** An e-mail address. */
  readonly owner?: string;
  /** The data directory of an `npm start`; absent for AWS. */
  readonly data?: string;
  readonly json: boolean;
}

/** The result of the command, as `--json` prints it. */
export interface ImportResult {
  readonly exitCode: number;
  readonly imported: readonly ImportedFolder[];
  /** Gateways that a workspace owns already, by name. */
  readonly owned: Readonly<Record<string, string>>;
}

export interface ImportedFolder {
  readonly gateway: string;
  readonly folder: string;
  readonly targets: readonly string[];
  /** What the manifest does not hold, in sentences. */
  readonly notes: readonly string[];
}

/**
 * Writes a folder for each gateway.
 *
 * @throws CommandError `InvalidOption` where there is no such gateway, or a workspace owns it; `FolderExists`; `AwsTrouble`
 */
export async function importGateways(
  options: ImportOptions,
  ports: ImportPorts,
  screen: Screen,
): Promise<ImportResult> {
  try {
    return await new Import(options, ports, screen).run();
  } catch (error) {
    throw explainedAwsError(error);
  }
}

class Import {
  readonly #options: ImportOptions;
  readonly #ports: ImportPorts;
  readonly #screen: Screen;
  /** A provider has one owner: the first workspace that uses it. */
  readonly #providers = new Set<string>();

  constructor(options: ImportOptions, ports: ImportPorts, screen: Screen) {
    this.#options = options;
    this.#ports = ports;
    this.#screen = screen;
  }

  async run(): Promise<ImportResult> {
    const imported: ImportedFolder[] = [];
    const owned: Record<string, string> = {};
    for (const live of await this.#gateways()) {
      const name = asText(live.name);
      const tags = await this.#ports.controlPlane.tags(asText(live.gatewayArn));
      const owner = tags[WORKSPACE_TAG];
      if (owner === undefined) imported.push(await this.#import(live, tags));
      else if (this.#options.id === undefined) owned[name] = owner;
      else
        throw invalidOption(
          `The workspace ${owner} owns the gateway ${name}`,
          'Look for its manifest in the spec bucket, below workspaces/.',
        );
    }
    for (const [name, owner] of Object.entries(owned))
      this.#screen.say(terminalText(`${name}: left out, since the workspace ${owner} owns it.`));
    return { exitCode: exitCodes.done, imported, owned };
  }

  /** @returns the responses of Get */
  async #gateways(): Promise<JsonObject[]> {
    const { controlPlane } = this.#ports;
    const { id } = this.#options;
    const summaries = await controlPlane.list('gateway');
    const chosen =
      id === undefined ? summaries : summaries.filter((each) => [each.gatewayId, each.name].includes(id));
    const found: JsonObject[] = [];
    for (const { gatewayId } of chosen) {
      const live = await controlPlane.get('gateway', { id: asText(gatewayId) });
      if (live) found.push(live);
    }
    if (found.length === 0 && id !== undefined)
      throw invalidOption(
        `There is no gateway ${id} in this account and Region`,
        'Correct the id, or name another AWS_REGION or AWS_PROFILE.',
      );
    return found;
  }

  async #import(live: JsonObject, tags: TagMap): Promise<ImportedFolder> {
    const name = asText(live.name);
    const folder = this.#folderOf(name);
    const notes: string[] = [];
    const files = new Map<string, string>();
    const targets: ImportedResource[] = [];
    for (const target of await this.#targets(asText(live.gatewayId)))
      targets.push(await this.#target(target, files, notes));
    const providers = await this.#usedProviders(targets, notes);
    const gateway = {
      name,
      config: requestedConfig(gatewayRow, live, resourceShapes),
      // Only AWS sets tags of its own.
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:'))),
      targets,
      providers,
    };
    files.set('manifest.yaml', gatewayManifest(gateway, this.#options.owner));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    this.#say(name, folder, targets.length, notes);
    return { gateway: name, folder, targets: targets.map((each) => each.name), notes };
  }

  #say(name: string, folder: string, targets: number, notes: readonly string[]): void {
    const { data } = this.#options;
    this.#screen.say(terminalText(`${name}: wrote ${folder} with ${counted(targets, 'target')}.`));
    for (const note of notes) this.#screen.say(terminalText(`  - ${note}`));
    const to = data === undefined ? '--bucket BUCKET' : '--local';
    this.#screen.say(terminalText(`  Next: gateloop plan ${folder} ${to}`));
  }

  /** @throws CommandError `FolderExists`: nothing that a person wrote is overwritten */
  #folderOf(name: string): string {
    const folder = join(this.#options.out, workspaceFor(name));
    const there = entriesOf(folder);
    if (there.length === 0) return folder;
    throw new CommandError('FolderExists', {
      what: `${folder} is there already, with ${counted(there.length, 'file')}.`,
      where: folder,
      remedy: 'Name another folder with --out, or move this one away.',
    });
  }

  async #targets(gatewayId: string): Promise<JsonObject[]> {
    const { controlPlane } = this.#ports;
    const found: JsonObject[] = [];
    for (const { targetId } of await controlPlane.list('gatewayTarget', gatewayId)) {
      const live = await controlPlane.get('gatewayTarget', { id: asText(targetId), parentId: gatewayId });
      if (live) found.push(live);
    }
    return found.sort((one, other) => (asText(one.name) < asText(other.name) ? -1 : 1));
  }

  async #target(live: JsonObject, files: Map<string, string>, notes: string[]): Promise<ImportedResource> {
    const name = asText(live.name);
    const config = requestedConfig(targetRow, live, resourceShapes);
    if (live.status !== 'READY')
      notes.push(
        `The target ${name} has the status ${asText(live.status)}: Gateloop repairs it once it is adopted.`,
      );
    if (!this.#options.files) return { name, config };
    const {
      config: changed,
      files: own,
      unread,
    } = await schemasToFiles(name, config, this.#ports.readObject);
    for (const [path, text] of own) files.set(path, text);
    for (const [uri, code] of unread)
      notes.push(`The schema of the target ${name} stays at ${uri}, which cannot be read (${code}).`);
    return { name, config: changed };
  }

  /** The providers of targets whose whole configuration responses show. */
  async #usedProviders(targets: readonly ImportedResource[], notes: string[]): Promise<ImportedProvider[]> {
    const arns = new Set(
      [...JSON.stringify(targets.map(({ config }) => config)).matchAll(PROVIDER_ARN)].map(([arn]) => arn),
    );
    const providers: ImportedProvider[] = [];
    for (const arn of arns) {
      const provider = await this.#provider(arn);
      if ('provider' in provider) providers.push(provider.provider);
      else notes.push(`${arn} stays outside the manifest: ${provider.outside}`);
    }
    return providers;
  }

  /** @returns the provider, or why it is named by its ARN, as a sentence */
  async #provider(
    arn: string,
  ): Promise<{ readonly provider: ImportedProvider } | { readonly outside: string }> {
    const [, kindPart = '', name = ''] = /\/(\w+)credentialprovider\/(.+)$/.exec(arn) ?? [];
    const kind: ProviderKind =
      kindPart === 'oauth2' ? 'oauth2CredentialProvider' : 'apiKeyCredentialProvider';
    const { controlPlane } = this.#ports;
    const row = resourceKinds[kind];
    const owner = (await controlPlane.tags(arn))[WORKSPACE_TAG];
    if (owner !== undefined) return { outside: `the workspace ${owner} owns it.` };
    if (this.#providers.has(arn)) return { outside: 'the manifest of another gateway holds it.' };
    const live = await controlPlane.get(kind, { id: name });
    const [prefix] = row.externalSecret?.prefixes ?? [];
    if (live?.[`${prefix}Source`] !== 'EXTERNAL')
      return {
        outside:
          'AgentCore keeps its secret. To manage it, put the secret into Secrets Manager and name it in the manifest.',
      };
    this.#providers.add(arn);
    const config = requestedConfig(row, live, resourceShapes);
    return { provider: { kind, name, arn, config: omit(config, 'name') } };
  }
}

const PROVIDER_ARN =
  /arn:[^:"]+:bedrock-agentcore:[^:"]*:\d*:token-vault\/[^"/]+\/(?:oauth2|apikey)credentialprovider\/[^"/]+/g;

/** A gateway's name may be longer than a workspace's. */
function workspaceFor(name: string): string {
  const cut = name.slice(0, MAX_WORKSPACE_NAME);
  return isWorkspaceName(cut) ? cut : `gateway-${cut}`.slice(0, MAX_WORKSPACE_NAME);
}

const MAX_WORKSPACE_NAME = 63;

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // There is no such folder.
  }
}
