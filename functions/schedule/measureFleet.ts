import type { Address } from '../../core/address.ts';
import { defined } from '../../core/objects.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';
import { formatProblem } from '../../core/problem.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { type OutcomeDocument, readOutcome } from '../../core/storage/outcomeDocument.ts';
import { fleetMeasurements, fleetStatusMessages } from '../runtime/measurements.ts';
import { logger, measure } from '../runtime/observability.ts';

export interface FleetPorts {
  readonly ledger: Ledger;
  readonly specBucket: Pick<DocumentStore, 'readDocument'>;
}

/** Workspaces that are read at the same time: one takes some 20 ms, and 1000 must fit into the function's timeout. */
const READ_CONCURRENCY = 10;
/** How long a ready resource is logged, in ms: in at least two drift passes, so that one may be lost. */
const READY_LOG_WINDOW = 45 * 60_000;

/** One log line of the dashboard's list. */
interface ResourceStatus {
  readonly resource: Address | 'manifest.yaml';
  readonly state: ResourceRecord['state'];
  /** In ISO 8601. */
  readonly waitingSince: string;
  /** The owner as `ownerLabel` names them: never an e-mail address. */
  readonly owner: string;
  readonly reasons: readonly string[];
}

/**
 * Measures the states of all resources, once in each drift pass: one query and one document for each workspace. Sums
 * over reconciliations would count a workspace as often as it was reconciled. Logs each resource that is not ready.
 */
export async function measureFleet(
  workspaces: readonly string[],
  now: number,
  ports: FleetPorts,
): Promise<void> {
  const records: ResourceRecord[] = [];
  let refused = 0;
  for (let start = 0; start < workspaces.length; start += READ_CONCURRENCY) {
    const read = workspaces.slice(start, start + READ_CONCURRENCY).map((name) => readWorkspace(name, ports));
    for (const { workspace, outcome, reported } of await Promise.all(read)) {
      records.push(...reported);
      if (outcome?.outcome === 'refused') refused += 1;
      const statuses = [
        ...uploadStatus(outcome),
        ...reported.map((record) => resourceStatus(record, outcome)),
      ];
      for (const status of statuses) logStatus(workspace, status, now);
    }
  }
  measure(fleetMeasurements(records, refused, now));
}

interface WorkspaceSnapshot {
  readonly workspace: string;
  /** Absent until the first reconciliation has ended. */
  readonly outcome?: OutcomeDocument;
  readonly reported: readonly ResourceRecord[];
}

async function readWorkspace(
  workspace: string,
  { ledger, specBucket }: FleetPorts,
): Promise<WorkspaceSnapshot> {
  const [ledgerEntries, outcome] = await Promise.all([
    ledger.readResources(workspace),
    readOutcome(workspace, specBucket),
  ]);
  const records = [...ledgerEntries.values()].map(({ record }) => record);
  // The ledger also holds resources that are gone, and resources that left the manifest and are not pruned.
  const namedAddresses = outcome && new Set(outcome.resources.map(({ address }) => address));
  const reported = records.filter(({ address, state }) => namedAddresses?.has(address) ?? state !== 'absent');
  return { workspace, ...defined({ outcome }), reported };
}

/** The status of the upload as a whole: a refused upload changes no resource, so no resource shows it. */
function uploadStatus(outcome: OutcomeDocument | undefined): ResourceStatus[] {
  if (!outcome) return [];
  const { owner, since, problems } = outcome;
  const isRefused = outcome.outcome === 'refused';
  const errors = problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  const reasons = isRefused ? errors.slice(0, 1) : [];
  const state = isRefused ? 'refused' : 'ready';
  return [{ resource: 'manifest.yaml', state, waitingSince: since, owner, reasons }];
}

function resourceStatus(
  { address, state, since, reasons }: ResourceRecord,
  outcome: OutcomeDocument | undefined,
): ResourceStatus {
  const report = outcome?.resources.find((each) => each.address === address);
  const owner = report?.owner ?? outcome?.owner ?? 'nobody';
  return { resource: address, state, waitingSince: new Date(since).toISOString(), owner, reasons };
}

function logStatus(workspace: string, status: ResourceStatus, now: number): void {
  const isReady = status.state === 'ready';
  if (isReady && now - Date.parse(status.waitingSince) > READY_LOG_WINDOW) return;
  logger.info(isReady ? fleetStatusMessages.ready : fleetStatusMessages.notReady, { workspace, ...status });
}
