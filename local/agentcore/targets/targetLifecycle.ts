import type { TargetStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../../simulation/store.ts';
import type { ConsentSession, Consents } from '../consent/consents.ts';
import { type EmulatorContext, newTicket, operationDuration } from '../emulatorContext.ts';
import type { Job, JobCommit } from '../jobQueue.ts';
import type { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import { needsConsent } from './targetKinds.ts';
import {
  isAwaitingAuthorization,
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
  /** The configuration before the update that is under way. */
  readonly previous: Table<TargetConfigurationRecord>;
  readonly names: Table<string>;
}

/** The states of a gateway target: from an accepted call to READY, to a person, or to a failure. */
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
    context.jobQueue.handle('target', (job) => this.#settle(job));
    context.jobQueue.handle('target/lapse', (job) => this.#expireLink(job));
    context.jobQueue.handle('target/flip', (job) => this.#failLater(job));
    for (const { job } of context.jobQueue.pending()) this.#restoreSlot(job);
    if (context.settings.behaviors.pendingHoldsSlot) this.#restorePendingSlots();
  }

  /** Begins an action and writes the target; a person is asked first where the action needs one. */
  start(target: TargetRecord, action: TargetAction, configuration: TargetConfigurationRecord): TargetRecord {
    const { reasons: _, linkExpired: __, authorization: ___, ...rest } = target;
    const ticket = newTicket(this.#context);
    if (action !== 'delete' && needsConsent(configuration)) {
      return this.#awaitAuthorization({ ...rest, action, ticket }, action, ticket);
    }
    const started = { ...rest, action, ticket, status: TARGET_STATUSES[action].working };
    return this.#startWork(started, action, TARGET_OPERATIONS[action]);
  }

  /** Goes on with an operation whose person has consented. */
  continueAfterConsent(session: ConsentSession): void {
    const target = this.#tables.targets.get(
      targetKey({ gatewayId: session.gatewayId, id: session.targetId }),
    );
    // Where reads issue links anew, the person may have opened an older one of the same operation: it counts too.
    if (target?.action === undefined || target.ticket !== session.ticket) return;
    const { authorization, ...rest } = target;
    const { working, pending } = TARGET_STATUSES[target.action];
    const stays = this.#context.settings.behaviors.afterConsent === 'staysPending';
    // A new ticket makes the job that watches the link's lapse stale.
    const ticket = newTicket(this.#context);
    const continued = stays ? { ...target, ticket, status: pending } : { ...rest, ticket, status: working };
    this.#startWork(
      { ...continued, session: session.requestUri },
      target.action,
      'CompleteResourceTokenAuth',
    );
  }

  /**
   * The target as Get and List show it. Where the service is taken to issue links anew, a read does so.
   */
  withCurrentLink(target: TargetRecord): TargetRecord {
    const { reissueLinks, replacedLinks } = this.#context.settings.behaviors;
    const { authorization, ticket } = target;
    if (!authorization || ticket === undefined || reissueLinks === 'never') return target;
    if (reissueLinks === 'afterLapse' && !this.#consents.isExpired(authorization)) return target;
    if (this.#consents.get(authorization.requestUri)?.state === 'completed') return target;
    if (replacedLinks === 'void') this.#consents.expire(authorization.requestUri);
    return this.#issueLink(target, ticket, authorization.userId);
  }

  /** Puts a target into any state, as a test asks for it. */
  forceStatus(target: TargetRecord, status: TargetStatus, reasons?: readonly string[]): void {
    const { ticket: _, action: __, authorization: ___, session: ____, reasons: _____, ...rest } = target;
    this.#concurrency.release(target.gatewayId, target.id);
    this.#put({ ...rest, status, ...(reasons && { reasons }) });
  }

  #startWork(target: TargetRecord, action: TargetAction, operation: string): TargetRecord {
    const { synchronizeHoldsSlot } = this.#context.settings.behaviors;
    if (action !== 'synchronize' || synchronizeHoldsSlot)
      this.#concurrency.acquire(target.gatewayId, target.id);
    const job = { type: 'target', key: targetKey(target), ticket: target.ticket ?? '' };
    this.#context.jobQueue.schedule(operationDuration(this.#context, operation, target.name), job);
    return this.#put(target);
  }

  #awaitAuthorization(
    target: Omit<TargetRecord, 'status'>,
    action: TargetAction,
    ticket: string,
  ): TargetRecord {
    const status = TARGET_STATUSES[action].pending;
    if (this.#context.settings.behaviors.pendingHoldsSlot)
      this.#concurrency.acquire(target.gatewayId, target.id);
    else this.#concurrency.release(target.gatewayId, target.id);
    return this.#issueLink({ ...target, status }, ticket);
  }

  #issueLink(target: TargetRecord, ticket: string, userId?: string): TargetRecord {
    const authorization = this.#consents.open(target, ticket, userId);
    const { expiredLink, expiredLinkFailsAfter } = this.#context.settings.behaviors;
    if (expiredLink === 'fails') {
      const delay = authorization.expiresAt - this.#context.clock.now() + expiredLinkFailsAfter;
      this.#context.jobQueue.schedule(delay, {
        type: 'target/lapse',
        key: targetKey(target),
        ticket: authorization.requestUri,
      });
    }
    return this.#put({ ...target, authorization });
  }

  /** The job's ticket is the session that lapsed: a link issued since then has a watch of its own. */
  #expireLink(job: Job): JobCommit {
    return () => {
      const target = this.#tables.targets.get(job.key);
      if (target?.action === undefined || target.authorization?.requestUri !== job.ticket) return;
      if (this.#consents.get(job.ticket)?.state === 'completed') return;
      this.#fail(
        target,
        target.action,
        ['Authorization was not completed before the authorization URL expired.'],
        {
          linkExpired: true,
        },
      );
    };
  }

  #settle(job: Job): JobCommit | Promise<JobCommit> {
    const target = this.#tables.targets.get(job.key);
    const { action } = target ?? {};
    if (!target || action === undefined || target.ticket !== job.ticket) return () => {};
    if (action === 'delete') return () => this.#complete(job, action, { ok: true, synchronized: false });
    const configuration = this.#tables.configurations.get(job.key);
    if (!configuration) throw new Error(`the target ${job.key} has no configuration`);
    const session = target.session === undefined ? undefined : this.#consents.get(target.session);
    const outcome = this.#toolLoader.load(target, configuration, session?.accessToken);
    return outcome instanceof Promise
      ? outcome.then((ended) => () => this.#complete(job, action, ended))
      : () => this.#complete(job, action, outcome);
  }

  #complete(job: Job, action: TargetAction, outcome: LoadResult): void {
    const target = this.#tables.targets.get(job.key);
    if (target?.ticket !== job.ticket) return;
    const faultTarget = { operation: TARGET_OPERATIONS[action], resource: target.name };
    const fault = this.#context.faults.match(['fail'], faultTarget);
    if (fault) this.#fail(target, action, [fault.reason ?? 'The operation failed for an internal reason.']);
    else if (!outcome.ok) this.#fail(target, action, outcome.reasons);
    else if (action === 'delete') this.#remove(target);
    else this.#succeed(target, action, outcome, faultTarget);
  }

  #succeed(
    target: TargetRecord,
    action: TargetAction,
    { synchronized, toolCount }: Extract<LoadResult, { ok: true }>,
    faultTarget: { operation: string; resource: string },
  ): void {
    const { ticket: _, action: __, authorization: ___, session: ____, ...rest } = target;
    const now = this.#context.clock.now();
    const lost =
      action === 'synchronize' && this.#context.faults.match(['lostSync'], faultTarget) !== undefined;
    this.#concurrency.release(target.gatewayId, target.id);
    this.#tables.previous.delete(targetKey(target));
    this.#put({
      ...rest,
      status: 'READY',
      updatedAt: now,
      ...(synchronized && !lost && { lastSynchronizedAt: now }),
      ...(toolCount !== undefined && { toolCount }),
    });
    const flip = this.#context.faults.match(['flip'], faultTarget);
    if (flip) {
      const job = { type: 'target/flip', key: targetKey(target), ticket: flip.reason ?? '' };
      this.#context.jobQueue.schedule(flip.delay ?? 0, job);
    }
  }

  #fail(
    target: TargetRecord,
    action: TargetAction,
    reasons: readonly string[],
    extra: { linkExpired?: boolean } = {},
  ): void {
    const { ticket: _, action: __, authorization: ___, session: ____, ...rest } = target;
    this.#concurrency.release(target.gatewayId, target.id);
    const key = targetKey(target);
    const before = this.#tables.previous.get(key);
    if (before && this.#context.settings.behaviors.afterFailedUpdate === 'previous') {
      this.#tables.configurations.put(key, before);
    }
    this.#tables.previous.delete(key);
    const status = TARGET_STATUSES[action].failed;
    this.#put({ ...rest, ...extra, status, reasons, updatedAt: this.#context.clock.now() });
  }

  #failLater(job: Job): JobCommit {
    return () => {
      const target = this.#tables.targets.get(job.key);
      if (target && target.ticket === undefined) {
        this.#fail(target, 'create', [job.ticket || 'The target became unhealthy.']);
      }
    };
  }

  #remove(target: TargetRecord): void {
    const key = targetKey(target);
    this.#concurrency.release(target.gatewayId, target.id);
    this.#tables.targets.delete(key);
    this.#tables.configurations.delete(key);
    this.#tables.previous.delete(key);
    this.#tables.names.delete(`${target.gatewayId}/${target.name}`);
    this.#context.notifyChange({
      kind: 'target',
      id: target.id,
      name: target.name,
      parentId: target.gatewayId,
    });
  }

  #put(target: TargetRecord): TargetRecord {
    this.#tables.targets.put(targetKey(target), target);
    const { id, name, status, reasons, gatewayId } = target;
    this.#context.notifyChange({
      kind: 'target',
      id,
      name,
      status,
      parentId: gatewayId,
      ...(reasons && { reasons }),
    });
    return target;
  }

  #restoreSlot(job: Job): void {
    const target = job.type === 'target' ? this.#tables.targets.get(job.key) : undefined;
    if (target?.ticket !== job.ticket) return;
    if (target.action === 'synchronize' && !this.#context.settings.behaviors.synchronizeHoldsSlot) return;
    this.#concurrency.acquire(target.gatewayId, target.id);
  }

  #restorePendingSlots(): void {
    for (const [, target] of this.#tables.targets.list()) {
      if (isAwaitingAuthorization(target.status)) this.#concurrency.acquire(target.gatewayId, target.id);
    }
  }
}
