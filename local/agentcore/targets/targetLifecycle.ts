import type { TargetStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import { defined, omit } from '../../../core/objects.ts';
import type { Table } from '../../simulation/table.ts';
import type { ConsentSession, Consents } from '../consent/consents.ts';
import { type EmulatorContext, newInternalId, operationDuration } from '../emulatorContext.ts';
import type { Job, JobCommit } from '../jobQueue.ts';
import type { FaultTarget } from '../settings/faults.ts';
import type { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import { needsConsent } from './targetKinds.ts';
import {
  isAwaitingAuthorization,
  type ListedTool,
  TARGET_OPERATIONS,
  TARGET_STATUSES,
  type TargetAction,
  type TargetConfigurationRecord,
  type TargetRecord,
  targetKey,
} from './targetRecord.ts';
import type { LoadResult, ToolLoader } from './toolLoader.ts';

export interface TargetTables {
  readonly targets: Table<TargetRecord>;
  readonly configurations: Table<TargetConfigurationRecord>;
  /** The configurations from before the updates in progress. */
  readonly previous: Table<TargetConfigurationRecord>;
  readonly names: Table<string>;
  /** The tools of the targets after their last successful operations. */
  readonly tools: Table<readonly ListedTool[]>;
  /** The deleted targets that their gateways still count, see `deletedTargetsHoldGateway`. */
  readonly lingering: Table<true>;
}

/** The job types of targets. */
const JOBS = {
  settle: 'target',
  expireLink: 'target/expireLink',
  failLater: 'target/failLater',
  release: 'target/release',
} as const;

/** The status reason that two parties saw on targets whose link expired. */
const AUTHORIZATION_TIMED_OUT =
  'OAuth User_Federation authorization timed out. The gateway owner did not complete authorization within the allowed time.';

/** The state machine of a gateway target: from an accepted request to READY, to pending authorization, or to a failure. */
export class TargetLifecycle {
  readonly #context: EmulatorContext;
  readonly #tables: TargetTables;
  readonly #concurrency: ConcurrencyLimiter;
  readonly #consents: Consents;
  readonly #toolLoader: ToolLoader;

  constructor(
    context: EmulatorContext,
    tables: TargetTables,
    concurrency: ConcurrencyLimiter,
    consents: Consents,
    toolLoader: ToolLoader,
  ) {
    this.#context = context;
    this.#tables = tables;
    this.#concurrency = concurrency;
    this.#consents = consents;
    this.#toolLoader = toolLoader;
    context.jobQueue.registerHandler(JOBS.settle, (job) => this.#settle(job));
    context.jobQueue.registerHandler(JOBS.expireLink, (job) => this.#expireLink(job));
    context.jobQueue.registerHandler(JOBS.failLater, (job) => this.#failSettled(job));
    context.jobQueue.registerHandler(
      JOBS.release,
      ({ key }) =>
        () =>
          this.#tables.lingering.delete(key),
    );
    for (const { job } of context.jobQueue.pending()) this.#restoreSlot(job);
    if (context.settings.behaviors.pendingHoldsSlot) this.#restorePendingSlots();
  }

  /** Starts an action and stores the target. An action that needs consent waits for it first. */
  start(target: TargetRecord, action: TargetAction, configuration: TargetConfigurationRecord): TargetRecord {
    const kept = omit(target, 'reasons', 'linkExpired', 'authorization');
    const operationId = newInternalId(this.#context);
    // An operation on a pending target begins a new authorization, with another user.
    if (target.authorization) this.#consents.expire(target.authorization.requestUri);
    if (action !== 'delete' && needsConsent(configuration)) {
      return this.#awaitAuthorization({ ...kept, action, operationId }, action, operationId);
    }
    const started = { ...kept, action, operationId, status: TARGET_STATUSES[action].inProgress };
    return this.#startWork(started, action, TARGET_OPERATIONS[action]);
  }

  /** Continues the operation that waited for this consent. */
  continueAfterConsent(session: ConsentSession): void {
    const { parentId: gatewayId, id } = session.subject;
    const target = this.#tables.targets.get(targetKey({ gatewayId, id }));
    // Any link of the operation counts: if reads reissue links, the user may have opened an older one.
    if (target?.action === undefined || target.operationId !== session.operationId) return;
    const { inProgress, pending } = TARGET_STATUSES[target.action];
    const staysPending = this.#context.settings.behaviors.afterConsent === 'staysPending';
    const continued = {
      ...(staysPending ? target : omit(target, 'authorization')),
      status: staysPending ? pending : inProgress,
      // A new id makes the job of the link's expiry stale.
      operationId: newInternalId(this.#context),
      consentRequestUri: session.requestUri,
    };
    this.#startWork(continued, target.action, 'CompleteResourceTokenAuth');
  }

  /** The target for the response of Get or List. The read issues a new link if `reissueLinks` says so. */
  withCurrentLink(target: TargetRecord): TargetRecord {
    const { reissueLinks, replacedLinks } = this.#context.settings.behaviors;
    const { authorization, operationId } = target;
    if (!authorization || operationId === undefined || reissueLinks === 'never') return target;
    if (reissueLinks === 'afterExpiry' && !this.#consents.isExpired(authorization)) return target;
    if (this.#consents.get(authorization.requestUri)?.state === 'completed') return target;
    if (replacedLinks === 'invalid') this.#consents.expire(authorization.requestUri);
    return this.#issueLink(target, operationId, authorization.userId);
  }

  /** The number of deleted targets that a gateway still counts. */
  countLingering(gatewayId: string): number {
    return this.#tables.lingering.count(`${gatewayId}/`);
  }

  /** Puts a target into any status, for tests. An operation in progress is dropped. */
  forceStatus(target: TargetRecord, status: TargetStatus, reasons?: readonly string[]): void {
    this.#concurrency.release(target.gatewayId, target.id);
    this.#put({ ...omit(withoutOperation(target), 'reasons'), ...defined({ status, reasons }) });
  }

  #startWork(target: TargetRecord, action: TargetAction, operation: string): TargetRecord {
    const { synchronizeHoldsSlot } = this.#context.settings.behaviors;
    if (action !== 'synchronize' || synchronizeHoldsSlot)
      this.#concurrency.acquire(target.gatewayId, target.id);
    this.#context.jobQueue.schedule(
      operationDuration(this.#context, operation, target.name, target.targetType),
      defined({ type: JOBS.settle, key: targetKey(target), operationId: target.operationId }),
    );
    return this.#put(target);
  }

  #awaitAuthorization(
    target: Omit<TargetRecord, 'status'>,
    action: TargetAction,
    operationId: string,
  ): TargetRecord {
    const status = TARGET_STATUSES[action].pending;
    if (this.#context.settings.behaviors.pendingHoldsSlot)
      this.#concurrency.acquire(target.gatewayId, target.id);
    else this.#concurrency.release(target.gatewayId, target.id);
    return this.#issueLink({ ...target, status }, operationId);
  }

  #issueLink(target: TargetRecord, operationId: string, userId?: string): TargetRecord {
    const { gatewayId: parentId, id } = target;
    const authorization = this.#consents.open({ kind: 'target', parentId, id }, operationId, userId);
    const { expiredLink, expiredLinkFailsAfter } = this.#context.settings.behaviors;
    if (expiredLink === 'fails') {
      const delay = authorization.expiresAt - this.#context.clock.now() + expiredLinkFailsAfter;
      const { requestUri } = authorization;
      this.#context.jobQueue.schedule(delay, { type: JOBS.expireLink, key: targetKey(target), requestUri });
    }
    return this.#put({ ...target, authorization });
  }

  /** Fails a target whose link expired, unless a newer link, which has a job of its own, replaced it. */
  #expireLink({ key, requestUri }: Job): JobCommit {
    return () => {
      const target = this.#tables.targets.get(key);
      if (target?.action === undefined || requestUri === undefined) return;
      if (target.authorization?.requestUri !== requestUri) return;
      if (this.#consents.get(requestUri)?.state === 'completed') return;
      const reasons = [AUTHORIZATION_TIMED_OUT];
      this.#fail({ ...target, linkExpired: true }, target.action, reasons);
    };
  }

  #settle(job: Job): JobCommit | Promise<JobCommit> {
    const target = this.#tables.targets.get(job.key);
    const { action } = target ?? {};
    if (!target || action === undefined || target.operationId !== job.operationId) return () => {};
    if (action === 'delete') return () => this.#complete(job, action, { ok: true, synchronized: false });
    const configuration = this.#tables.configurations.get(job.key);
    if (!configuration) throw new Error(`the target ${job.key} has no configuration`);
    const { consentRequestUri } = target;
    const session = consentRequestUri === undefined ? undefined : this.#consents.get(consentRequestUri);
    const result = this.#toolLoader.load(target, configuration, session?.accessToken);
    return result instanceof Promise
      ? result.then((loaded) => () => this.#complete(job, action, loaded))
      : () => this.#complete(job, action, result);
  }

  #complete(job: Job, action: TargetAction, result: LoadResult): void {
    const target = this.#tables.targets.get(job.key);
    if (!target || target.operationId !== job.operationId) return;
    const faultTarget = { operation: TARGET_OPERATIONS[action], resource: target.name };
    const fault = this.#context.faults.match(['fail'], faultTarget);
    if (fault) this.#fail(target, action, [fault.reason ?? 'The operation failed for an internal reason.']);
    else if (!result.ok) this.#fail(target, action, result.reasons);
    else if (action === 'delete') this.#remove(target);
    else this.#succeed(target, action, result, faultTarget);
  }

  #succeed(
    target: TargetRecord,
    action: TargetAction,
    { synchronized, tools }: Extract<LoadResult, { ok: true }>,
    faultTarget: FaultTarget,
  ): void {
    const now = this.#context.clock.now();
    const isLost =
      action === 'synchronize' && this.#context.faults.match(['lostSync'], faultTarget) !== undefined;
    this.#concurrency.release(target.gatewayId, target.id);
    this.#tables.previous.delete(targetKey(target));
    if (!isLost) this.#putTools(target, tools);
    this.#put({
      ...withoutOperation(target),
      status: 'READY',
      updatedAt: now,
      ...defined({ lastSynchronizedAt: synchronized && !isLost ? now : undefined }),
    });
    const fault = this.#context.faults.match(['failLater'], faultTarget);
    if (!fault) return;
    const job = defined({ type: JOBS.failLater, key: targetKey(target), reason: fault.reason });
    this.#context.jobQueue.schedule(fault.delay ?? 0, job);
  }

  #putTools(target: TargetRecord, tools: readonly ListedTool[] | undefined): void {
    if (tools) this.#tables.tools.put(targetKey(target), tools);
    else this.#tables.tools.delete(targetKey(target));
  }

  #fail(target: TargetRecord, action: TargetAction, reasons: readonly string[]): void {
    this.#concurrency.release(target.gatewayId, target.id);
    const key = targetKey(target);
    const before = this.#tables.previous.get(key);
    if (before && this.#context.settings.behaviors.afterFailedUpdate === 'previous') {
      this.#tables.configurations.put(key, before);
    }
    this.#tables.previous.delete(key);
    const status = TARGET_STATUSES[action].failed;
    this.#put({ ...withoutOperation(target), status, reasons, updatedAt: this.#context.clock.now() });
  }

  /** Fails a settled target, unless another operation has started since. */
  #failSettled({ key, reason = 'The target became unhealthy.' }: Job): JobCommit {
    return () => {
      const target = this.#tables.targets.get(key);
      if (target && target.operationId === undefined) this.#fail(target, 'create', [reason]);
    };
  }

  #remove(target: TargetRecord): void {
    const key = targetKey(target);
    const { gatewayId, id, name } = target;
    this.#concurrency.release(gatewayId, id);
    this.#tables.targets.delete(key);
    this.#tables.configurations.delete(key);
    this.#tables.tools.delete(key);
    this.#tables.previous.delete(key);
    this.#tables.names.delete(`${gatewayId}/${name}`);
    const linger = this.#context.settings.behaviors.deletedTargetsHoldGateway;
    if (linger > 0) {
      this.#tables.lingering.put(key, true);
      this.#context.jobQueue.schedule(linger, { type: JOBS.release, key });
    }
    this.#context.notifyChange({ kind: 'target', id, name, parentId: gatewayId });
  }

  #put(target: TargetRecord): TargetRecord {
    this.#tables.targets.put(targetKey(target), target);
    const { id, name, status, reasons, gatewayId: parentId } = target;
    this.#context.notifyChange(defined({ kind: 'target', id, name, status, parentId, reasons }));
    return target;
  }

  #restoreSlot(job: Job): void {
    const target = job.type === JOBS.settle ? this.#tables.targets.get(job.key) : undefined;
    if (!target || target.operationId !== job.operationId) return;
    if (target.action === 'synchronize' && !this.#context.settings.behaviors.synchronizeHoldsSlot) return;
    this.#concurrency.acquire(target.gatewayId, target.id);
  }

  #restorePendingSlots(): void {
    for (const [, target] of this.#tables.targets.list()) {
      if (isAwaitingAuthorization(target.status)) this.#concurrency.acquire(target.gatewayId, target.id);
    }
  }
}

function withoutOperation(target: TargetRecord) {
  return omit(target, 'operationId', 'action', 'authorization', 'consentRequestUri');
}
