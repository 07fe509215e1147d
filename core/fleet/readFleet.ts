import type { Address } from '../address.ts';
import { hashId } from '../authorization/hashId.ts';
import type { AuthorizationRequest } from '../authorization/request.ts';
import { asText, type JsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import type { BucketReads, FleetReads, LedgerReads } from '../ports/fleetReads.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { type OutcomeDocument, readOutcome } from '../storage/outcomeDocument.ts';
import { readContract } from '../storage/toolContractDocuments.ts';
import { readToolList } from '../storage/toolListDocuments.ts';
import { configuredSchema } from '../toolContracts/toolContract.ts';
import { toolSources } from '../toolContracts/toolWatch.ts';
import { questionOf } from './questions.ts';
import { isoTime } from './times.ts';
import { executionView, traceView } from './traces.ts';
import { groupUploads, outcomeNameIn, uploadTime, uploadView } from './uploads.ts';
import type {
  ExecutionView,
  FleetView,
  QuestionView,
  ResourceView,
  TargetTools,
  ToolView,
  TraceView,
  UploadView,
  WorkspaceView,
} from './views.ts';
import {
  type LedgerReading,
  type WorkspaceReading,
  workspaceSummary,
  workspaceView,
} from './workspaceViews.ts';

/** Workspaces that are read at the same time: each takes about six requests. */
const READ_CONCURRENCY = 8;

/** Reads every workspace that has files in the bucket, in the order of their names. */
export async function readFleet(reads: FleetReads): Promise<FleetView> {
  const workspaces = await reads.bucket.listWorkspaces();
  const readings = await inParallel(workspaces.toSorted(), (workspace) => readWorkspace(workspace, reads));
  return {
    time: isoTime(reads.now()),
    basedOn: reads.ledger ? 'ledger' : 'outcome',
    workspaces: readings.map(workspaceSummary),
  };
}

/** @returns undefined for a workspace of which neither the bucket nor the ledger has anything */
export async function readWorkspaceView(
  workspace: string,
  reads: FleetReads,
): Promise<WorkspaceView | undefined> {
  const reading = await readWorkspace(workspace, reads);
  const isKnown = reading.outcome !== undefined || (reading.ledger?.resources.length ?? 0) > 0;
  if (!isKnown && (await reads.bucket.listFiles(workspace)).length === 0) return undefined;
  return workspaceView(reading);
}

/** Reads the questions of all workspaces that wait for a person, the oldest first. Needs the ledger. */
export async function readQuestions(reads: FleetReads): Promise<QuestionView[]> {
  const workspaces = await reads.bucket.listWorkspaces();
  const readings = await inParallel(workspaces, (workspace) => readWorkspace(workspace, reads));
  return readings
    .flatMap(({ ledger }) => ledger?.questions ?? [])
    .sort((one, other) => one.askedAt.localeCompare(other.askedAt));
}

/** Reads what the views of one workspace are made of. */
export async function readWorkspace(
  workspace: string,
  { ledger, bucket, now }: FleetReads,
): Promise<WorkspaceReading> {
  const outcome = await readOutcome(workspace, bucket);
  return {
    workspace,
    ...defined({ outcome, ledger: ledger && (await readLedger(workspace, outcome, ledger)) }),
    now: now(),
  };
}

async function readLedger(
  workspace: string,
  outcome: OutcomeDocument | undefined,
  ledger: LedgerReads,
): Promise<LedgerReading> {
  const [entries, record, lease, suspension] = await Promise.all([
    ledger.readResources(workspace),
    ledger.readWorkspace(workspace),
    ledger.readLease(workspace),
    ledger.readSuspension(workspace),
  ]);
  const resources = [...entries.values()].map((entry) => entry.record);
  const requests = await readRequests(workspace, resources, record.registryIds ?? [], ledger);
  const questions = requests.flatMap((request) => questionOf(request, ownerOf(request, outcome)) ?? []);
  return { record, resources, ...defined({ lease, suspension }), questions };
}

/** The requests about resources, which their records name, and those about records of the workspace's registries. */
async function readRequests(
  workspace: string,
  resources: readonly ResourceRecord[],
  registryIds: readonly string[],
  ledger: LedgerReads,
): Promise<AuthorizationRequest[]> {
  const open = resources.flatMap(({ request }) => (request && !request.closed ? [hashId(request.id)] : []));
  const hasRegistry =
    registryIds.length > 0 || resources.some(({ address }) => address.startsWith('registry/'));
  const aboutRecords = hasRegistry ? await ledger.listRecordRequests(workspace) : [];
  const references = [...new Set([...open, ...aboutRecords])];
  const found = await Promise.all(references.map((reference) => ledger.readRequest(reference)));
  return found.flatMap((each) => (each ? [each.request] : []));
}

/** A request knows the contacts of its owner, and the outcome the name that the manifest gives them. */
function ownerOf(
  { address, subject }: AuthorizationRequest,
  outcome: OutcomeDocument | undefined,
): string | undefined {
  // The workspace's owner answers for what goes.
  if (subject.kind === 'deletion') return outcome?.owner;
  return outcome?.resources.find((report) => report.address === address)?.owner;
}

/** Reads the tools that the targets of a workspace offer, as far as the bucket has them. */
export async function readTools(
  { workspace, members }: Pick<WorkspaceView, 'workspace' | 'members'>,
  { ledger, bucket }: Pick<FleetReads, 'ledger' | 'bucket'>,
): Promise<TargetTools[]> {
  const targets = members.filter(({ kind }) => kind === 'gatewayTarget');
  const records = ledger ? await ledger.readResources(workspace) : new Map<Address, never>();
  return inParallel(targets, (target) =>
    toolsOf(workspace, target, records.get(target.address)?.record, bucket),
  );
}

async function toolsOf(
  workspace: string,
  { address, name, state, applied }: ResourceView,
  record: ResourceRecord | undefined,
  bucket: BucketReads,
): Promise<TargetTools> {
  const found = { workspace, target: name, state };
  const configuration = applied ?? record?.lastGood;
  const contract =
    configuration === undefined ? undefined : await readContract(workspace, configuration, bucket);
  if (contract && configuredSchema(contract.config))
    return { ...found, source: 'schema', tools: contract.tools.map(toolView) };
  for (const source of toolSources) {
    const digest = record?.toolWatch?.lists[source];
    const tools =
      digest === undefined ? undefined : await readToolList({ workspace, address, digest }, bucket);
    if (tools) return { ...found, source, tools: tools.map(toolView) };
  }
  const unknown =
    configuration === undefined
      ? 'Nothing was applied yet.'
      : 'Its server lists the tools, and Gateloop has not read them.';
  return { ...found, tools: [], unknown };
}

function toolView({ name, description }: JsonObject | ToolView): ToolView {
  return { name: asText(name), ...(asText(description) !== '' && { description: asText(description) }) };
}

/**
 * Reads the latest uploads of a workspace with their outcomes, the latest first. The bucket keeps replaced versions for a year.
 *
 * @param limit the number of uploads
 */
export async function readUploads(
  workspace: string,
  limit: number,
  { uploads }: Pick<FleetReads, 'uploads'>,
): Promise<UploadView[]> {
  const groups = groupUploads(await uploads.listVersions(workspace)).slice(0, limit);
  const oldest = groups.at(-1);
  if (!oldest) return [];
  const outcomes = await uploads.listOutcomes(workspace, uploadTime(oldest));
  const ends = [Number.POSITIVE_INFINITY, ...groups.map(uploadTime)];
  const dated = groups.map((versions, index) => {
    const end = ends[index] ?? 0;
    const last = outcomes.find(({ time }) => time < end);
    return { versions, last: last && last.time >= uploadTime(versions) ? last : undefined };
  });
  return inParallel(dated, async ({ versions, last }) => {
    const latest = versions.findLast(({ isDeletion }) => !isDeletion);
    return {
      ...uploadView(versions, latest ? await uploads.readMetadata(workspace, latest) : {}),
      ...defined({ outcome: last && outcomeNameIn(await uploads.readOutcome(workspace, last)) }),
    };
  });
}

/**
 * Reads the latest executions of a workflow, the latest first. Only the input of an execution tells its workspace, so that
 * each takes a request.
 *
 * @param limit the number of executions that are looked at
 * @param workspace leaves out those of others
 */
export async function readExecutions(
  workflow: string,
  { limit, workspace }: { readonly limit: number; readonly workspace?: string },
  { executions }: Pick<FleetReads, 'executions'>,
): Promise<ExecutionView[]> {
  const listed = await executions.list(workflow, limit);
  const views = await inParallel(listed, async (execution) =>
    executionView(execution, (await executions.describe(workflow, execution.name))?.input),
  );
  return views.filter((view) => workspace === undefined || view.workspace === workspace);
}

/** @returns undefined for an execution that does not exist, or not any more */
export async function readTrace(
  workflow: string,
  name: string,
  { executions }: Pick<FleetReads, 'executions'>,
): Promise<TraceView | undefined> {
  const execution = await executions.describe(workflow, name);
  return execution && traceView(execution, await executions.history(workflow, name));
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += READ_CONCURRENCY)
    results.push(...(await Promise.all(items.slice(start, start + READ_CONCURRENCY).map(work))));
  return results;
}
