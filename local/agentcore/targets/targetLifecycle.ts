import type { TargetStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../../store.ts';
import type { Job, JobCommit } from '../agenda.ts';
import type { ConsentSession, Consents } from '../consent/consents.ts';
import { newTicket, settlingTime, type World } from '../world.ts';
import type { Slots } from './slots.ts';
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
import type { TargetWork, WorkOutcome } from './targetWork.ts';

export interface TargetTables {
  readonly targets: Table<TargetRecord>;
  readonly configurations: Table<TargetConfigurationRecord>;
  /** The configuration before the update that is under way. */
  readonly previous: Table<TargetConfigurationRecord>;
  readonly names: Table<string>;
}

/** The states of a gateway target: from an accepted call to READY, to a person, or to a failure. */
export class TargetLifecycle {
  readonly #world: World;
  readonly #tables: TargetTables;
  readonly #slots: Slots;
  readonly #consents: Consents;
  readonly #work: TargetWork;

  constructor(world: World, tables: TargetTables, slots: Slots, consents: Consents, work: TargetWork) {
    this.#world = world;
    this.#tables = tables;
    this.#slots = slots;
    this.#consents = consents;
    this.#work = work;
    world.agenda.handle('target', (job) => this.#settle(job));
    world.agenda.handle('target/lapse', (job) => this.#lapse(job));
    world.agenda.handle('target/flip', (job) => this.#flip(job));
    for (const { job } of world.agenda.pending()) this.#restoreSlot(job);
    if (world.settings.switches.pendingHoldsSlot) this.#restorePendingSlots();
  }

  /** Begins an action and writes the target; a person is asked first where the action needs one. */
  begin(target: TargetRecord, action: TargetAction, configuration: TargetConfigurationRecord): TargetRecord {
    const { reasons: _, lapsed: __, authorization: ___, ...rest } = target;
    const ticket = newTicket(this.#world);
    if (action !== 'delete' && needsConsent(configuration)) {
      return this.#awaitPerson({ ...rest, action, ticket }, action, ticket);
    }
    const begun = { ...rest, action, ticket, status: TARGET_STATUSES[action].working };
    return this.#startWork(begun, action, TARGET_OPERATIONS[action]);
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
    const stays = this.#world.settings.switches.afterConsent === 'staysPending';
    // A new ticket makes the job that watches the link's lapse stale.
    const ticket = newTicket(this.#world);
    const going = stays ? { ...target, ticket, status: pending } : { ...rest, ticket, status: working };
    this.#startWork({ ...going, session: session.requestUri }, target.action, 'CompleteResourceTokenAuth');
  }

  /**
   * The target as Get and List show it. Where the service is taken to issue links anew, a read does so.
   */
  refreshed(target: TargetRecord): TargetRecord {
    const { reissueLinks, replacedLinks } = this.#world.settings.switches;
    const { authorization, ticket } = target;
    if (!authorization || ticket === undefined || reissueLinks === 'never') return target;
    if (reissueLinks === 'afterLapse' && !this.#consents.isLapsed(authorization)) return target;
    if (this.#consents.get(authorization.requestUri)?.state === 'completed') return target;
    if (replacedLinks === 'void') this.#consents.lapse(authorization.requestUri);
    return this.#issueLink(target, ticket, authorization.userId);
  }

  /** Puts a target into any state, as a test asks for it. */
  force(target: TargetRecord, status: TargetStatus, reasons?: readonly string[]): void {
    const { ticket: _, action: __, authorization: ___, session: ____, reasons: _____, ...rest } = target;
    this.#slots.free(target.gatewayId, target.id);
    this.#put({ ...rest, status, ...(reasons && { reasons }) });
  }

  #startWork(target: TargetRecord, action: TargetAction, operation: string): TargetRecord {
    const { synchronizeHoldsSlot } = this.#world.settings.switches;
    if (action !== 'synchronize' || synchronizeHoldsSlot) this.#slots.take(target.gatewayId, target.id);
    const job = { type: 'target', key: targetKey(target), ticket: target.ticket ?? '' };
    this.#world.agenda.schedule(settlingTime(this.#world, operation, target.name), job);
    return this.#put(target);
  }

  #awaitPerson(target: Omit<TargetRecord, 'status'>, action: TargetAction, ticket: string): TargetRecord {
    const status = TARGET_STATUSES[action].pending;
    if (this.#world.settings.switches.pendingHoldsSlot) this.#slots.take(target.gatewayId, target.id);
    else this.#slots.free(target.gatewayId, target.id);
    return this.#issueLink({ ...target, status }, ticket);
  }

  #issueLink(target: TargetRecord, ticket: string, userId?: string): TargetRecord {
    const authorization = this.#consents.open(target, ticket, userId);
    const { lapsedLink, lapsedLinkFailsAfter } = this.#world.settings.switches;
    if (lapsedLink === 'fails') {
      const delay = authorization.expiresAt - this.#world.clock.now() + lapsedLinkFailsAfter;
      this.#world.agenda.schedule(delay, {
        type: 'target/lapse',
        key: targetKey(target),
        ticket: authorization.requestUri,
      });
    }
    return this.#put({ ...target, authorization });
  }

  /** The job's ticket is the session that lapsed: a link issued since then has a watch of its own. */
  #lapse(job: Job): JobCommit {
    return () => {
      const target = this.#tables.targets.get(job.key);
      if (target?.action === undefined || target.authorization?.requestUri !== job.ticket) return;
      if (this.#consents.get(job.ticket)?.state === 'completed') return;
      this.#fail(
        target,
        target.action,
        ['Authorization was not completed before the authorization URL expired.'],
        {
          lapsed: true,
        },
      );
    };
  }

  #settle(job: Job): JobCommit | Promise<JobCommit> {
    const target = this.#tables.targets.get(job.key);
    const { action } = target ?? {};
    if (!target || action === undefined || target.ticket !== job.ticket) return () => {};
    if (action === 'delete') return () => this.#end(job, action, { ok: true, synchronized: false });
    const configuration = this.#tables.configurations.get(job.key);
    if (!configuration) throw new Error(`the target ${job.key} has no configuration`);
    const session = target.session === undefined ? undefined : this.#consents.get(target.session);
    const outcome = this.#work.run(target, configuration, session?.accessToken);
    return outcome instanceof Promise
      ? outcome.then((ended) => () => this.#end(job, action, ended))
      : () => this.#end(job, action, outcome);
  }

  #end(job: Job, action: TargetAction, outcome: WorkOutcome): void {
    const target = this.#tables.targets.get(job.key);
    if (target?.ticket !== job.ticket) return;
    const struck = { operation: TARGET_OPERATIONS[action], resource: target.name };
    const fault = this.#world.faults.strike(['fail'], struck);
    if (fault) this.#fail(target, action, [fault.reason ?? 'The operation failed for an internal reason.']);
    else if (!outcome.ok) this.#fail(target, action, outcome.reasons);
    else if (action === 'delete') this.#remove(target);
    else this.#finish(target, action, outcome, struck);
  }

  #finish(
    target: TargetRecord,
    action: TargetAction,
    { synchronized, toolCount }: Extract<WorkOutcome, { ok: true }>,
    struck: { operation: string; resource: string },
  ): void {
    const { ticket: _, action: __, authorization: ___, session: ____, ...rest } = target;
    const now = this.#world.clock.now();
    const lost = action === 'synchronize' && this.#world.faults.strike(['lostSync'], struck) !== undefined;
    this.#slots.free(target.gatewayId, target.id);
    this.#tables.previous.delete(targetKey(target));
    this.#put({
      ...rest,
      status: 'READY',
      updatedAt: now,
      ...(synchronized && !lost && { lastSynchronizedAt: now }),
      ...(toolCount !== undefined && { toolCount }),
    });
    const flip = this.#world.faults.strike(['flip'], struck);
    if (flip) {
      const job = { type: 'target/flip', key: targetKey(target), ticket: flip.reason ?? '' };
      this.#world.agenda.schedule(flip.delay ?? 0, job);
    }
  }

  #fail(
    target: TargetRecord,
    action: TargetAction,
    reasons: readonly string[],
    marks: { lapsed?: boolean } = {},
  ): void {
    const { ticket: _, action: __, authorization: ___, session: ____, ...rest } = target;
    this.#slots.free(target.gatewayId, target.id);
    const key = targetKey(target);
    const before = this.#tables.previous.get(key);
    if (before && this.#world.settings.switches.afterFailedUpdate === 'previous') {
      this.#tables.configurations.put(key, before);
    }
    this.#tables.previous.delete(key);
    const status = TARGET_STATUSES[action].failed;
    this.#put({ ...rest, ...marks, status, reasons, updatedAt: this.#world.clock.now() });
  }

  #flip(job: Job): JobCommit {
    return () => {
      const target = this.#tables.targets.get(job.key);
      if (target && target.ticket === undefined) {
        this.#fail(target, 'create', [job.ticket || 'The target became unhealthy.']);
      }
    };
  }

  #remove(target: TargetRecord): void {
    const key = targetKey(target);
    this.#slots.free(target.gatewayId, target.id);
    this.#tables.targets.delete(key);
    this.#tables.configurations.delete(key);
    this.#tables.previous.delete(key);
    this.#tables.names.delete(`${target.gatewayId}/${target.name}`);
    this.#world.changed({ kind: 'target', id: target.id, name: target.name, parentId: target.gatewayId });
  }

  #put(target: TargetRecord): TargetRecord {
    this.#tables.targets.put(targetKey(target), target);
    const { id, name, status, reasons, gatewayId } = target;
    this.#world.changed({
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
    if (target.action === 'synchronize' && !this.#world.settings.switches.synchronizeHoldsSlot) return;
    this.#slots.take(target.gatewayId, target.id);
  }

  #restorePendingSlots(): void {
    for (const [, target] of this.#tables.targets.list()) {
      if (isAwaitingAuthorization(target.status)) this.#slots.take(target.gatewayId, target.id);
    }
  }
}
