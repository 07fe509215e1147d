import type { ShapeCatalogue } from '../../core/api/shapes.ts';
import type { PlannedOperation } from '../../core/decide/decide.ts';
import type { Answer } from '../../core/decide/record.ts';
import type { Desired } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger, Remembered } from '../../core/ports/ledger.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { Address } from '../../core/resources/address.ts';
import { readDesiredDocument } from '../desiredDocument.ts';
import { measure } from '../measure.ts';
import { callMeasurements } from '../measurements.ts';
import { remember } from '../remember.ts';
import { stackTrace } from '../stackTrace.ts';
import { logger } from '../step.ts';
import type { Turn, TurnEvent } from '../turn.ts';
import { call } from './call.ts';
import { UsedSecrets } from './usedSecrets.ts';

export interface ProvisionPorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly controlPlane: ControlPlane;
  readonly secrets: Secrets;
  readonly catalogue: ShapeCatalogue;
  /** Where the pages for people are. */
  readonly authorizationUrl: string;
}

/** The turn, with what became of its calls, for the execution's history. */
export interface Provisioned extends Turn {
  readonly provisioned: readonly {
    readonly address: Address;
    readonly operation: string;
    readonly answer: string;
  }[];
}

/** Calls that the account's rate did not allow are planned again by the next turn, as soon as the rate may allow them. */
const RATE_WAIT_SECONDS = 1;

/** Makes the calls of a turn side by side. Each is remembered by itself: none waits for, or fails with, another. */
export async function provision({ turn, now }: TurnEvent, ports: ProvisionPorts): Promise<Provisioned> {
  const { workspace, revision, operations } = turn;
  const desired = await readDesired(workspace, revision, ports.specBucket);
  const remembered = await ports.ledger.readResources(workspace);
  // What has an operation open was begun by an earlier try of this very step.
  const open = operations.filter(({ address }) => !remembered.get(address)?.memory.operation);
  const granted = open.slice(0, await ports.ledger.reserveWrites(open.length, now));
  const provisioned = await Promise.all(
    granted.map(async (planned) => {
      const answer = await attempt(planned, desired, remembered, ports);
      await remember(workspace, planned, remembered, answer, now, ports.ledger);
      return { address: planned.address, operation: planned.operation, answer: worded(answer) };
    }),
  );
  measure(callMeasurements(provisioned));
  const waitSeconds = granted.length < open.length ? RATE_WAIT_SECONDS : turn.waitSeconds;
  return { ...turn, waitSeconds, provisioned };
}

/** What the service says is an answer; what goes wrong on our own side counts as one too, so that it is bounded and told. */
async function attempt(
  planned: PlannedOperation,
  desired: Desired,
  remembered: ReadonlyMap<Address, Remembered>,
  ports: ProvisionPorts,
): Promise<Answer> {
  const secrets = new UsedSecrets(ports.secrets);
  const { address, operation } = planned;
  try {
    const answer = await call(planned, desired, remembered, { ...ports, secrets });
    return answer.kind === 'rejected' ? { ...answer, message: secrets.conceal(answer.message) } : answer;
  } catch (error) {
    const known = error instanceof GateloopError;
    const { code, transient } = known
      ? { code: error.code, transient: error.retryable }
      : { code: 'CallNotMade', transient: true };
    const { message } = error instanceof Error ? error : new Error(String(error));
    const trace = secrets.conceal(stackTrace(error) ?? '');
    logger.error('A call could not be made', { address, operation, code, trace });
    return { kind: 'rejected', code, message: secrets.conceal(message), transient };
  }
}

async function readDesired(workspace: string, revision: string, bucket: SpecBucket): Promise<Desired> {
  const document = await readDesiredDocument(workspace, revision, bucket);
  if (document?.desired) return document.desired;
  throw new GateloopError(
    'DesiredMissing',
    `What workspace ${workspace} is to become is gone from the bucket; poll will read it again.`,
    true,
  );
}

function worded(answer: Answer): string {
  return answer.kind === 'accepted' ? 'accepted' : `${answer.code}: ${answer.message}`;
}
