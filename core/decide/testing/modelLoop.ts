import { fingerprint } from '../../desired/fingerprint.ts';
import type { JsonObject } from '../../manifest/json.ts';
import type { Address } from '../../resources/address.ts';
import { clientToken } from '../../resources/clientToken.ts';
import { type Decision, decide, type PlannedOperation, type World } from '../decide.ts';
import type { Latencies } from '../latency.ts';
import type { Memory } from '../memory.ts';
import { type Answer, record } from '../record.ts';
import { needsReplacement } from '../replacement.ts';
import { catalogue } from './catalogue.ts';
import type { ModelControlPlane } from './modelControlPlane.ts';
import { addressFor, resolvedConfig } from './worlds.ts';

/** What a pass came to. */
export interface Pass {
  readonly decision: Decision;
  readonly turns: number;
  readonly acts: number;
  readonly crashed: boolean;
}

export interface LoopOptions {
  /** Asked between a call and its record: whether the step dies there. */
  readonly crashes?: () => boolean;
  /** Called with each decision and the world it was made for. */
  readonly watch?: (world: World, decision: Decision) => void;
  /** Called before each look. */
  readonly meanwhile?: () => void;
}

/** What a turn costs beside its wait, in ms: four transitions and two invocations. */
const TURN_OVERHEAD = 150;
const MOST_TURNS = 5000;

/**
 * The steps and the state machine in miniature: look, decide, do, remember, wait, look again. What it keeps between two
 * passes is what the ledger keeps, and what is wanted.
 */
export class ModelLoop {
  desired: World['desired'];
  readonly service: ModelControlPlane;
  readonly memory = new Map<Address, Memory>();
  latencies: Latencies = {};
  readonly #options: LoopOptions;
  readonly #configurations = new Map<string, JsonObject>();
  #requests = 0;

  constructor(desired: World['desired'], service: ModelControlPlane, options: LoopOptions = {}) {
    this.desired = desired;
    this.service = service;
    this.#options = options;
  }

  /** Goes through turns until a decision says that the workspace has settled, or a step dies. */
  pass(): Pass {
    let acts = 0;
    for (let turns = 1; turns <= MOST_TURNS; turns += 1) {
      this.#options.meanwhile?.();
      const decision = this.look();
      if (decision.next === 'settled') return { decision, turns, acts, crashed: false };
      if (decision.next === 'act') acts += 1;
      if (this.#act(decision)) return { decision, turns, acts, crashed: true };
      this.service.advanceTo(this.service.now + decision.waitSeconds * 1000 + TURN_OVERHEAD);
    }
    throw new Error(`the pass has not ended after ${MOST_TURNS} turns`);
  }

  /** Poll: lists, decides, reads what the decision asks for and decides again, remembers. */
  look(): Decision {
    const observed = this.service.list();
    const world = (): World => ({
      desired: this.desired,
      observed,
      memory: this.memory,
      latencies: this.latencies,
      now: this.service.now,
    });
    let decision = decide(world(), catalogue);
    for (const address of decision.reads) {
      const read = this.service.get(address);
      if (read) observed.set(address, read);
    }
    if (decision.reads.length > 0) decision = decide(world(), catalogue);
    this.#options.watch?.(world(), decision);
    for (const memory of decision.remember) this.memory.set(memory.address, memory);
    for (const address of decision.forget) this.memory.delete(address);
    this.latencies = decision.latencies;
    return decision;
  }

  /**
   * What comes of a click on the durable link: a live link of the service is used; where there is none, the click is
   * noted, a pass begins the operation afresh, and the person who has waited for that consents. Told that the target
   * must be deleted for that, they want it.
   */
  click(address: Address): void {
    for (let clicks = 1; clicks <= 2; clicks += 1) {
      const memory = this.memory.get(address);
      if (!memory?.request || this.service.consent(address)) return;
      const { request } = memory;
      const mayReplace = needsReplacement(memory, request.fingerprint ?? '') && { mayReplace: true as const };
      this.memory.set(address, {
        ...memory,
        request: { ...request, clickedAt: this.service.now, ...mayReplace },
      });
      this.pass();
    }
    this.service.consent(address);
  }

  /** @returns whether the step died between a call and its record */
  #act({ operations, syncs, requests }: Decision): boolean {
    for (const { address, ...asked } of requests) {
      const memory = this.memory.get(address);
      const { now } = this.service;
      this.#requests += 1;
      const request = { id: `request-${this.#requests}`, ...asked, askedAt: now, toldAt: now };
      if (memory) this.memory.set(address, { ...memory, request });
    }
    for (const planned of [...operations, ...syncs]) {
      const answer = this.#call(planned);
      if (this.#options.crashes?.()) return true;
      const memory = this.memory.get(planned.address);
      if (!memory) throw new Error(`poll has not remembered ${planned.address}`);
      this.memory.set(planned.address, record(memory, planned, answer, this.service.now));
    }
    return false;
  }

  #call(planned: PlannedOperation): Answer {
    const { address, operation, id = '' } = planned;
    switch (operation) {
      case 'create':
        return this.service.create(address, this.#configuration(planned), this.#token(planned));
      case 'update':
      case 'rollback':
        return this.service.update(address, id, this.#configuration(planned));
      case 'delete':
        return this.service.delete(address, id);
      case 'sync':
        return this.service.sync(address, id);
    }
  }

  /** What is sent is kept under its fingerprint, for a rollback. */
  #configuration({ address, configuration = '' }: PlannedOperation): JsonObject {
    const resource = this.desired.resources.find((each) => addressFor(each) === address);
    const config = resource && resolvedConfig(resource);
    if (config && fingerprint(config) === configuration) this.#configurations.set(configuration, config);
    const sent = this.#configurations.get(configuration);
    if (!sent) throw new Error(`no configuration is known for ${address}`);
    return sent;
  }

  #token({ address, fingerprint: wanted }: PlannedOperation): string {
    const { attempts, generation = 0 } = this.memory.get(address) ?? {};
    const attempt = attempts?.fingerprint === wanted ? attempts.count : 0;
    return clientToken({
      workspace: this.desired.workspace,
      address,
      fingerprint: wanted,
      generation,
      attempt,
    });
  }
}
