import type { Address } from '../../core/address.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';
import { formatProblem } from '../../core/problem.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { type OutcomeDocument, readOutcome } from '../../core/storage/outcomeDocument.ts';
import { fleetMeasurements, fleetStatusMessages, type Measurement } from '../runtime/measurements.ts';
import { logger } from '../runtime/observability.ts';

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
 * Measures the states of a workspace's resources, once in each drift pass. Sums over reconciliations would count a workspace as
 * often as it was reconciled. Logs each resource that is not ready.
 *
 * @param records all that the ledger has of the workspace
 */
export async function measureWorkspace(
  workspace: string,
  records: readonly ResourceRecord[],
  now: number,
  specBucket: Pick<DocumentStore, 'readDocument'>,
): Promise<Measurement[]> {
  const outcome = await readOutcome(workspace, specBucket);
  // The ledger also holds resources that are gone, and resources that left the manifest and are not pruned.
  const namedAddresses = outcome && new Set(outcome.resources.map(({ address }) => address));
  const reported = records.filter(({ address, state }) => namedAddresses?.has(address) ?? state !== 'absent');
  const statuses = [...uploadStatus(outcome), ...reported.map((record) => resourceStatus(record, outcome))];
  for (const status of statuses) logStatus(workspace, status, now);
  return fleetMeasurements(reported, outcome?.outcome === 'refused' ? 1 : 0, now);
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
