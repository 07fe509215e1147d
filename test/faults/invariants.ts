import { appliedKey, prefixes } from '../../core/storage/keys.ts';
import type { WriteLogEntry } from '../../local/agentcore/dispatcher.ts';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import type { FaultWorld } from './faultWorld.ts';
import { FOREIGN_TARGET } from './performStep.ts';
import type { Fault, Scenario } from './scenario.ts';
import { storedState } from './storedTargets.ts';
import {
  descriptionOf,
  PROVIDER_SECRET,
  RIVAL_TARGET,
  resourcesBeside,
  type WorkspaceModel,
} from './workspaceModel.ts';

/** A promise of Gateloop that the world has shown broken. */
export interface Violation {
  readonly invariant: string;
  /** What was seen. */
  readonly seen: string;
}

interface Invariant {
  readonly name: string;
  /** @returns what was seen; nothing while the promise is kept */
  readonly check: (world: FaultWorld, scenario: Scenario) => readonly string[];
}

/** Checked after every step, and at the end. */
const always: readonly Invariant[] = [
  {
    name: 'one open request for each question',
    check: (world) => {
      // A request that was stored while another one got its name is told to no person.
      const told = world.openRequests().filter(({ notifications }) => notifications.length > 0);
      // All deletions of an upload are one question, whichever resource has the request.
      const questions = told.map(({ workspace, address, subject }) =>
        subject.kind === 'deletion' ? `${workspace} deletions` : `${workspace} ${address}`,
      );
      return questions.filter((question, index) => questions.indexOf(question) !== index);
    },
  },
  {
    name: 'a stored schema is one that was uploaded, or of another client',
    check: (world) =>
      world.models.flatMap((model) =>
        (world.gatewayOf(model)?.targets ?? [])
          .filter(({ name, version }) => {
            const wanted = world.highestVersion(model.name, name);
            return version !== undefined && wanted !== undefined && version > wanted;
          })
          .map(({ name, version }) => `${model.name}/${name} has version ${version}`),
      ),
  },
  {
    name: 'a target never falls behind the version that was ready last',
    check: (world, scenario) => lostVersions(world, scenario),
  },
  {
    name: 'the copies of schemas and configurations that are in use are kept',
    check: (world) => missingCopies(world),
  },
  {
    name: 'each gateway keeps its owner',
    check: (world) =>
      storedState(world.gateloop)
        .gateways.filter(({ name, owner }) => owner !== undefined && owner !== name)
        .map(({ name, owner }) => `${name} belongs to ${owner}`),
  },
  {
    name: 'no workspace makes a target on the gateway of another one',
    check: (world) =>
      storedState(world.gateloop)
        .gateways.filter(({ targets }) => targets.some(({ name }) => name === RIVAL_TARGET))
        .map(({ name }) => `the rival has a target on ${name}`),
  },
  {
    name: 'no target is made twice',
    check: (world, scenario) => (pendingTakesSlots(scenario) ? [] : repeatedCreates(world, scenario)),
  },
  {
    name: 'no call that Gateloop knows to be illegal',
    check: (world, scenario) => illegalCalls(world, scenario),
  },
  {
    name: 'no write exceeds the rate of the account',
    // What arrives late arrives in another second than the one in which Gateloop counted it.
    check: (world, { faults }) =>
      faults.some(isLate)
        ? []
        : rejectedWrites(world, 'ThrottlingException').map(
            ({ operation, resource }) => `${operation} ${resource} was throttled`,
          ),
  },
  {
    name: 'no secret and no link of the service in an event, a message, a log or an execution',
    check: (world) => leaks(world),
  },
];

/** Checked when the world has converged, or should have. */
const atTheEnd: readonly Invariant[] = [
  {
    name: 'every execution ends, or waits for a person',
    check: (world) =>
      world.gateloop.aws.stateMachines
        .list()
        .filter(({ status, machine }) => status === 'RUNNING' && machine !== 'authorize')
        .map(({ machine, step }) => `${machine} runs in ${step?.state}`),
  },
  {
    name: 'what the outcome calls ready is as the manifest says',
    check: (world) => world.models.flatMap((model) => differences(world, model)),
  },
  {
    name: 'what another client made stays',
    check: (world) =>
      [...world.foreignTargets].filter(
        (gateway) =>
          !storedState(world.gateloop)
            .gateways.find(({ name }) => name === gateway)
            ?.targets.some(({ name }) => name === FOREIGN_TARGET),
      ),
  },
];

export function checkAlways(world: FaultWorld, scenario: Scenario): Violation[] {
  return check(always, world, scenario);
}

export function checkEnd(world: FaultWorld, scenario: Scenario): Violation[] {
  return check([...always, ...atTheEnd], world, scenario);
}

function check(invariants: readonly Invariant[], world: FaultWorld, scenario: Scenario): Violation[] {
  return invariants.flatMap(({ name, check: find }) =>
    find(world, scenario).map((seen) => ({ invariant: name, seen })),
  );
}

/** What the service holds differently than the manifest says. */
export function differences(world: FaultWorld, model: WorkspaceModel): string[] {
  const gateway = world.gatewayOf(model);
  if (!gateway) return [`${model.name} has no gateway`];
  const found: string[] = [];
  if (gateway.status !== 'READY') found.push(`${model.name} is ${gateway.status}`);
  if (gateway.description !== descriptionOf(model)) found.push(`${model.name} says ${gateway.description}`);
  for (const { name, version } of model.targets) {
    const stored = gateway.targets.find((target) => target.name === name);
    if (!stored) found.push(`${model.name}/${name} does not exist`);
    else if (stored.status !== 'READY') found.push(`${model.name}/${name} is ${stored.status}`);
    else if (stored.version !== version)
      found.push(`${model.name}/${name} has version ${stored.version} and not ${version}`);
  }
  const beside = resourcesBeside(model);
  const { others } = storedState(world.gateloop);
  for (const { section, name } of beside) {
    const stored = others.find((other) => other.section === section && other.name === name);
    // Lists of credential providers show no status.
    if (!stored || !['READY', ''].includes(stored.status))
      found.push(`${section}.${name} is ${stored?.status ?? 'missing'}`);
  }
  const prefixes = [`${model.name}-`, `${model.name.replaceAll('-', '_')}_`];
  const unwanted = others.filter(
    ({ section, name }) =>
      prefixes.some((prefix) => name.startsWith(prefix)) &&
      !beside.some((each) => each.section === section && each.name === name),
  );
  if (model.spec.prune)
    found.push(...unwanted.map(({ section, name }) => `${section}.${name} was not pruned`));
  const wanted = new Set([...model.targets.map(({ name }) => name), FOREIGN_TARGET]);
  const left = gateway.targets.filter(({ name }) => !wanted.has(name));
  if (model.spec.prune) found.push(...left.map(({ name }) => `${model.name}/${name} was not pruned`));
  return found;
}

/** Creates that the service rejects since the resource exists. Those with a client token it answers as before. */
function repeatedCreates(world: FaultWorld, scenario: Scenario): string[] {
  return world
    .writes()
    .filter(({ operation, error }) => WITH_CLIENT_TOKEN.test(operation) && error === 'ConflictException')
    .filter((write) => !isUnknowable(world, scenario, write))
    .map(({ operation, resource }) => `${operation} ${resource}`);
}

/**
 * Whether a second create is all that Gateloop can do: the answer of the first was lost, a List does not show the target, and
 * an upload has changed it, so that the create has another client token. The service refuses it, and one pass later the List
 * shows the target, which is updated.
 */
function isUnknowable(
  { gateloop, ports }: FaultWorld,
  { faults, steps }: Scenario,
  { operation, resource }: WriteLogEntry,
): boolean {
  const isStale = faults.some((fault) => fault.edge === 'service' && fault.rule.fault === 'staleList');
  const isEdited = steps.some(({ act }) => act === 'editTarget');
  const isUnanswered =
    ports.injected.some(({ call }) => call.port === 'controlPlane' && call.method === 'create') ||
    gateloop.agentCore
      .injectedFaults()
      .some(
        ({ fault, ...call }) =>
          LOSES_ANSWERS.includes(fault) && call.operation === operation && call.resource === resource,
      );
  return isStale && isEdited && isUnanswered;
}

/** The faults after which a caller does not know whether its call took effect. */
const LOSES_ANSWERS: readonly string[] = ['error', 'timeout', 'disconnect'];

const WITH_CLIENT_TOKEN =
  /^(Create(Gateway|GatewayTarget|AgentRuntime|Registry)|AgentRegistry\.CreateRegistry)$/;

/** Whether targets that wait for a consent may take the slots of a gateway, which only a rejected call shows. */
function pendingTakesSlots({ behaviors, workspaces }: Scenario): boolean {
  return behaviors.pendingHoldsSlot === true && workspaces.some(({ targets }) => targets.length > 4);
}

/** The writes of Gateloop that the service rejected with an error, and that no fault did. */
function rejectedWrites(world: FaultWorld, code: string): readonly WriteLogEntry[] {
  const faults = world.gateloop.agentCore.injectedFaults();
  const injected = new Set(faults.map(({ at, operation, resource }) => `${at} ${operation} ${resource}`));
  return world
    .writes()
    .filter(({ error }) => error === code)
    .filter(({ at, operation, resource }) => !injected.has(`${at} ${operation} ${resource}`));
}

/** Rejections that no fault has made, and that no other client explains. */
function illegalCalls(world: FaultWorld, scenario: Scenario): string[] {
  const isExcused =
    pendingTakesSlots(scenario) || world.foreignWrites.size > 0 || scenario.faults.some(hidesAnEffect);
  const conflicts = isExcused ? [] : rejectedWrites(world, 'ConflictException');
  return [...rejectedWrites(world, 'ValidationException'), ...conflicts]
    .filter((write) => !mayAwaitConsent(world, write))
    .map(({ operation, resource, error }) => `${operation} ${resource}: ${error}`);
}

function isLate(fault: Fault): boolean {
  return fault.edge === 'port' && fault.kind === 'late';
}

/**
 * Whether Gateloop cannot know what its own calls did: it reads an old List, or a call took effect without an answer. Then
 * it may call what the service must reject, for a create without a client token above all.
 */
function hidesAnEffect(fault: Fault): boolean {
  if (fault.edge === 'delivery') return false;
  // A step makes its calls side by side: a crash before one of them loses the answers of the others.
  if (fault.edge === 'port') return fault.kind !== 'throttled';
  const { rule } = fault;
  return rule.fault === 'staleList' || ('when' in rule && rule.when === 'after');
}

/**
 * Versions of the documentation differ in what a target that awaits consent accepts, so that only a call can tell. A delete
 * names the id of the target, which is gone by now.
 */
function mayAwaitConsent(world: FaultWorld, { operation, resource }: WriteLogEntry): boolean {
  return world.models.some(({ spec }) =>
    spec.targets.some(
      (kind, index) =>
        kind === 'consent' && (operation === 'DeleteGatewayTarget' || resource === `target-${index}`),
    ),
  );
}

/**
 * Targets with a version below the one with which they were ready. A call that takes effect after its caller gave up may
 * bring back an old version until the next pass.
 */
function lostVersions(world: FaultWorld, { faults }: Scenario): string[] {
  if (faults.some(isLate)) return [];
  return world.models.flatMap((model) =>
    (world.gatewayOf(model)?.targets ?? []).flatMap(({ name, status, version }) => {
      if (version === undefined) return [];
      const key = `${model.name}/${name}`;
      const last = world.readyVersions.get(key) ?? 0;
      if (status === 'READY') world.readyVersions.set(key, Math.max(last, version));
      return version < last ? [`${key} has version ${version} and was ready with ${last}`] : [];
    }),
  );
}

/** Copies that a stored target is made from, or that a rollback needs, and that the bucket does not have. */
function missingCopies({ gateloop, ledger, models }: FaultWorld): string[] {
  const kept = new Set(
    gateloop.aws.buckets.list(SPEC_BUCKET, { prefix: prefixes.applied }).map(({ key }) => key),
  );
  const ofTargets = storedState(gateloop).gateways.flatMap(({ name: gateway, targets }) =>
    targets.map(({ name, schemaKey }) => ({ of: `the schema of ${gateway}/${name}`, key: schemaKey })),
  );
  const ofRecords = models.flatMap(({ name }) =>
    ledger.addresses(name).map((address) => {
      const lastGood = ledger.resource(name, address)?.record.lastGood;
      return { of: `the last good configuration of ${address}`, key: lastGood && appliedKey(lastGood) };
    }),
  );
  return [...ofTargets, ...ofRecords]
    .filter(({ key }) => key?.startsWith(prefixes.applied) && !kept.has(key))
    .map(({ of, key }) => `${of}, ${key}`);
}

/** Where a secret stands that must stand nowhere. */
function leaks(world: FaultWorld): string[] {
  const { aws } = world.gateloop;
  // Each link of the service has a session, whose id begins so.
  const secrets = [PROVIDER_SECRET.value, 'oauth:request_uri', encodeURIComponent('oauth:request_uri')];
  const taskTokens: string[] = [];
  for (const { reference } of world.requests) {
    const request = world.ledger.request(reference)?.request;
    if (request?.taskToken !== undefined) taskTokens.push(request.taskToken);
    secrets.push(...(request?.attempts ?? []).flatMap(({ userId }) => userId ?? []));
  }
  const executions = aws.stateMachines.list();
  const places: Readonly<
    Record<string, { readonly content: unknown; readonly canaries: readonly string[] }>
  > = {
    events: { content: aws.bus.archive(), canaries: [...secrets, ...taskTokens] },
    messages: { content: aws.outbox.list(), canaries: [...secrets, ...taskTokens] },
    logs: { content: aws.functions.log.entries(), canaries: [...secrets, ...taskTokens] },
    executions: {
      content: executions.map(({ name, input, output }) => [name, input, output]),
      canaries: [...secrets, ...taskTokens],
    },
    // Step Functions itself writes the token of a task into the history, with the input of its function.
    histories: {
      content: executions.map(({ arn }) => aws.stateMachines.history(arn)),
      canaries: secrets,
    },
  };
  return Object.entries(places).flatMap(([place, { content, canaries }]) => {
    const text = JSON.stringify(content);
    return canaries.filter((canary) => text.includes(canary)).map(() => `a secret in ${place}`);
  });
}
