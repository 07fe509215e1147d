import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { DocumentStore, SpecBucket, Upload, UploadLists } from '../../core/ports/specBucket.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { isAtWork, type PassReason, passDue } from '../../core/reconcile/passDue.ts';
import { combinedRevision, revisionOf } from '../../core/storage/desiredDocument.ts';
import { guardrailsDigest } from '../poll/readGuardrails.ts';
import { addMeasurements, fleetMeasurements, type Measurement } from '../runtime/measurements.ts';
import { logger, measure } from '../runtime/observability.ts';
import { type StartPorts, startReconciliation } from '../startReconciliation.ts';
import { FleetLists } from './fleetLists.ts';
import { measureWorkspace } from './measureWorkspace.ts';
import { ReadBudget, type ReadBudgetPorts } from './readBudget.ts';
import type { ScanEvent } from './scheduleEvent.ts';

export interface ScanPorts extends StartPorts, ReadBudgetPorts {
  readonly ledger: StartPorts['ledger'] &
    ReadBudgetPorts['ledger'] &
    Pick<Ledger, 'readResources' | 'readWorkspace' | 'readCommands' | 'readLease'>;
  readonly specBucket: UploadLists & Pick<SpecBucket, 'readGuardrails'> & Pick<DocumentStore, 'readDocument'>;
  readonly controlPlane: Pick<ControlPlane, 'list'>;
  readonly deploymentId: string;
}

/** What the workflow passes from one turn of a scan to the next: counts and one name, whatever the size of the fleet. */
export interface ScanState {
  readonly next: 'scan' | 'done';
  /** The workspace that was looked at last. */
  readonly after?: string;
  /** How many workspaces were looked at, and for how many an execution was started, so far. */
  readonly looked: number;
  readonly started: number;
  /** Of the workspaces so far. */
  readonly measurements: readonly Measurement[];
  /** Executions of an earlier version start these: this one starts them itself. */
  readonly workspaces: readonly [];
}

/** How long one turn takes on workspaces before it leaves the rest to the next, in ms: less than half of the function's time. */
const TURN = 45_000;

/** The pause before each start, in ms: four polls a second find a read of each kind, and a thousand starts take four minutes. */
const BETWEEN_STARTS = 250;

/** Workspaces whose items of the ledger are read at the same time. */
const READ_CONCURRENCY = 10;

/**
 * Looks over the fleet by Lists alone: whether the files, the ledger and the resources of each workspace are as its last pass
 * left them. Has those reconciled of which that is not sure. Measures the fleet on the way.
 */
export async function scanFleet(event: ScanEvent, ports: ScanPorts): Promise<ScanState> {
  const scan = new Scan(event, ports, guardrailsDigest(await ports.specBucket.readGuardrails()));
  const end = ports.clock() + TURN;
  let { after } = event;
  let more = true;
  while (more) {
    const page = await ports.specBucket.listUploads(after);
    more = page.more;
    for (let start = 0; start < page.uploads.length; start += READ_CONCURRENCY) {
      const batch = page.uploads.slice(start, start + READ_CONCURRENCY);
      await scan.look(batch);
      after = batch.at(-1)?.workspace;
      const isLast = !more && start + READ_CONCURRENCY >= page.uploads.length;
      if (!isLast && ports.clock() >= end) return scan.state('scan', after);
    }
  }
  const done = scan.state('done', after);
  measure(done.measurements);
  logger.info('The fleet was scanned', { looked: done.looked, started: done.started });
  return done;
}

class Scan {
  readonly #event: ScanEvent;
  readonly #ports: ScanPorts;
  readonly #guardrails: string;
  readonly #budget: ReadBudget;
  readonly #lists: FleetLists;
  #looked: number;
  #started: number;
  #measurements: readonly Measurement[];

  /** @param guardrails the digest of the operators' file */
  constructor(event: ScanEvent, ports: ScanPorts, guardrails: string) {
    this.#event = event;
    this.#ports = ports;
    this.#guardrails = guardrails;
    this.#budget = new ReadBudget(ports);
    this.#lists = new FleetLists(ports.controlPlane, this.#budget);
    this.#looked = event.looked;
    this.#started = event.started;
    // Zeros are measured too, so that graphs and alarms come down again.
    this.#measurements = addMeasurements(fleetMeasurements([], 0, event.now), event.measurements);
  }

  state(next: ScanState['next'], after: string | undefined): ScanState {
    const counts = { looked: this.#looked, started: this.#started, measurements: this.#measurements };
    return { next, ...(after !== undefined && { after }), ...counts, workspaces: [] };
  }

  /** Looks at some workspaces. One that cannot be looked at stops no other. */
  async look(uploads: readonly Upload[]): Promise<void> {
    const known = await Promise.all(
      uploads.map(async (upload) => ({
        upload,
        reason: await this.#isolated(upload, () => this.#read(upload)),
      })),
    );
    for (const { upload, reason } of known)
      await this.#isolated(upload, async () => {
        this.#looked += 1;
        const due = typeof reason === 'object' ? await this.#lists.differences(reason.records) : reason;
        if (due !== undefined) await this.#start(upload.workspace, due);
      });
  }

  /** @returns why the workspace is due; the records to compare with the Lists, where only these can tell */
  async #read({ workspace, files }: Upload): Promise<PassReason | { records: ResourceRecord[] } | undefined> {
    const { ledger, specBucket, deploymentId, clock } = this.#ports;
    const [entries, record, commands, lease] = await Promise.all([
      ledger.readResources(workspace),
      ledger.readWorkspace(workspace),
      ledger.readCommands(workspace),
      ledger.readLease(workspace),
    ]);
    const records = [...entries.values()].map((entry) => entry.record);
    await this.#isolated({ workspace }, async () => {
      const measured = await measureWorkspace(workspace, records, this.#event.now, specBucket);
      this.#measurements = addMeasurements(this.#measurements, measured);
    });
    const now = clock();
    const revision = combinedRevision(revisionOf(files), this.#guardrails);
    const scanned = { revision, deploymentId, record, resources: records, commands, lease, now };
    if (isAtWork(scanned)) return undefined;
    return passDue(scanned) ?? { records };
  }

  /** The polls reserve their own reads. Starts follow each other no faster than the account has reads for them. */
  async #start(workspace: string, reason: PassReason): Promise<void> {
    const { clock } = this.#ports;
    await this.#ports.sleep(BETWEEN_STARTS);
    await startReconciliation(workspace, 'drift', clock(), this.#ports);
    this.#started += 1;
    logger.info('A scan has a workspace reconciled', { workspace, reason });
  }

  async #isolated<Result>(
    { workspace }: Pick<Upload, 'workspace'>,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      // The name only: a message may quote a document.
      const failure = error instanceof Error ? error.name : 'Error';
      logger.error('A workspace could not be scanned. The next scan tries again.', { workspace, failure });
      return undefined;
    }
  }
}
