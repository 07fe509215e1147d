import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import type { ControlPlaneClients } from '../../adapters/agentCoreControlPlane.ts';
import { AgentRegistryControlClient } from '../../adapters/agentRegistry/index.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { type Address, parseAddress } from '../../core/address.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import { isoTime } from '../../core/fleet/times.ts';
import type { JsonValue } from '../../core/json.ts';
import { defined, own } from '../../core/objects.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { readAppliedConfiguration } from '../../core/storage/appliedCopies.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { stateStyles } from '../display/stateStyles.ts';
import { ago } from '../fleet/fleetText.ts';
import { type Fleet, needLedger } from '../fleet/openFleet.ts';
import type { ReadOptions } from '../fleet/readOptions.ts';
import type { TextContext } from '../fleet/runRead.ts';
import { LiveControlPlane } from '../plan/liveControlPlane.ts';
import { liveDifferences } from '../plan/memberDifferences.ts';
import type { RequestTo } from '../request/destination.ts';
import { embeddedCredentials, runningEndpoint } from '../start/endpointFile.ts';
import { type ResourceQuery, readViews } from './resources.ts';

export interface DiffOptions extends ReadOptions {
  readonly query: ResourceQuery;
  /** Compare every resource with AWS now, and not only those of which drift is known. */
  readonly all: boolean;
  readonly detailedExitCode: boolean;
}

/** A member or a tag that differs between AWS and what was applied. */
export interface FieldDrift {
  readonly path: string;
  /** As it was applied; absent where nothing was. */
  readonly applied?: JsonValue;
  /** As it is in AWS; absent where nothing is there. */
  readonly live?: JsonValue;
  /** A value, or a part of one, may be a secret and is not shown; or AWS could not be read. */
  readonly hidden?: true;
}

export interface ResourceDrift {
  readonly workspace: string;
  readonly address: Address;
  readonly state: ResourceCondition;
  readonly since: string;
  readonly fields: readonly FieldDrift[];
  /** The error code with which AWS refused to show the resource: the paths are those that Gateloop found last. */
  readonly unread?: string;
}

/** What `gateloop diff --json` prints. */
export interface Drift {
  readonly time: string;
  /** How many resources were compared. */
  readonly compared: number;
  /** The resources that differ. */
  readonly resources: readonly ResourceDrift[];
}

/** Compares resources in AWS with what Gateloop applied last, by the rules of the reconciliation. */
export async function readDrift(
  { from, query, all }: Pick<DiffOptions, 'from' | 'query' | 'all'>,
  fleet: Fleet,
): Promise<Drift> {
  const ledger = needLedger(fleet);
  const clients = clientsOf(from, fleet.bucketName);
  const resources: ResourceDrift[] = [];
  let compared = 0;
  for (const { workspace, members } of await readViews(query.workspace, fleet)) {
    const entries = await ledger.readResources(workspace);
    const records = new Map([...entries].map(([address, { record }]) => [address, record] as const));
    const controlPlane = new LiveControlPlane(clients, workspace, records);
    for (const { address, state, since } of members) {
      const record = records.get(address);
      if (!record || !isMeant(record, query, all)) continue;
      compared += 1;
      const found = await driftOf(record, records, controlPlane, fleet);
      if (found.fields.length > 0) resources.push({ workspace, address, state, since, ...found });
    }
  }
  return { time: isoTime(fleet.now()), compared, resources };
}

function isMeant(
  { address, drift, tags, applied, id, sharedBy }: ResourceRecord,
  query: ResourceQuery,
  all: boolean,
) {
  // Of a gateway of another workspace, this one has applied nothing.
  if (id === undefined || !applied || sharedBy !== undefined || (query.address ?? address) !== address)
    return false;
  return all || query.address !== undefined || drift !== undefined || tags?.drift !== undefined;
}

async function driftOf(
  record: ResourceRecord,
  records: ReadonlyMap<Address, ResourceRecord>,
  controlPlane: LiveControlPlane,
  { bucket }: Pick<Fleet, 'bucket'>,
): Promise<Pick<ResourceDrift, 'fields' | 'unread'>> {
  const { address, id = '', applied } = record;
  const parent = parentOf(address);
  const row = resourceKinds[parseAddress(address).kind];
  const parentId = parent && records.get(parent)?.id;
  const live = await controlPlane.get(row.kind, { id, ...defined({ parentId }) });
  const unread = controlPlane.unread.get(row.kind);
  if (unread !== undefined) return { fields: recordedDrift(record), unread };
  const config = applied && (await readAppliedConfiguration(applied.fingerprint, bucket));
  // Without the copy, only the paths are known that the last pass found.
  if (!live || !config) return { fields: recordedDrift(record) };
  const members = liveDifferences({ row, config, live, record, before: config, catalog: resourceShapes });
  return {
    fields: [
      // The plan shows what a push would make of the live value; here the applied value comes first.
      ...members.map(({ path, from, to, hidden }) => ({
        path,
        ...defined({ applied: to, live: from }),
        ...(hidden && { hidden }),
      })),
      ...(await tagDrift(record, controlPlane)),
    ],
  };
}

function recordedDrift({ drift, tags }: ResourceRecord): FieldDrift[] {
  const found = [...(drift?.differences ?? []), ...(tags?.drift ?? [])];
  return found.map(({ path }) => ({ path, hidden: true }));
}

async function tagDrift(
  { address, tags, outputs = {} }: ResourceRecord,
  controlPlane: Pick<ControlPlane, 'tags'>,
): Promise<FieldDrift[]> {
  const row = resourceKinds[parseAddress(address).kind];
  const arn = outputs[row.arnMember];
  if (!tags || row.tags !== 'changeable' || arn === undefined) return [];
  const live = await controlPlane.tags(arn);
  return Object.entries(tags.applied)
    .filter(([key, value]) => own(live, key) !== value)
    .map(([key, value]) => ({ path: `tags.${key}`, applied: value, ...defined({ live: own(live, key) }) }));
}

function clientsOf(from: RequestTo, bucket: string): ControlPlaneClients {
  if ('data' in from) {
    const { region, agentCore: endpoint } = runningEndpoint(from.data);
    const settings = { region, endpoint, credentials: embeddedCredentials };
    return {
      agentCore: new BedrockAgentCoreControlClient(settings),
      agentRegistry: new AgentRegistryControlClient(settings),
    };
  }
  const { region } = bucketPlace(bucket);
  // The service grants ten reads a second to an account, which Gateloop uses too.
  const settings = { ...(region !== undefined && { region }), maxAttempts: 5 };
  return {
    agentCore: new BedrockAgentCoreControlClient(settings),
    agentRegistry: new AgentRegistryControlClient(settings),
  };
}

export function driftText({ resources, compared }: Drift, { screen, now }: TextContext): string {
  const lines = resources.flatMap(({ workspace, address, state, since, fields, unread }) => {
    const { mark, style } = stateStyles[state];
    return [
      `${screen.paint(style, mark)} ${screen.paint('bold', terminalText(address))}  ${terminalText(workspace)}  ${screen.paint(style, state)}, for ${ago(since, now)}`,
      ...(unread === undefined
        ? []
        : [
            screen.paint(
              'yellow',
              `    Not read from AgentCore (${terminalText(unread)}): as Gateloop found it last.`,
            ),
          ]),
      ...fields.map((field) => `    ${terminalText(field.path)}: ${fieldText(field)}`),
    ];
  });
  const summary = `${resources.length} of ${compared} compared ${compared === 1 ? 'resource differs' : 'resources differ'} from what was applied.`;
  return [...lines, summary].join('\n');
}

const LONGEST_VALUE = 80;

function fieldText({ applied, live, hidden }: FieldDrift): string {
  if (applied === undefined && live === undefined) return hidden ? 'differs; no value is shown' : 'differs';
  const [before, after] = [applied, live].map((value) => {
    if (value === undefined) return 'nothing';
    const text = terminalText(JSON.stringify(value));
    return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  });
  return `${before} applied, ${after} in AWS`;
}
