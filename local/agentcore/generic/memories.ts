import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { defined, omit } from '../../../core/objects.ts';
import {
  type RequestedStrategy,
  readStrategy,
  strategyConfiguration,
  strategyTypes,
} from '../../../core/resources/memoryStrategies.ts';
import { invalid, ServiceError } from '../serviceError.ts';
import type { GenericKind, WriteTools } from './genericKind.ts';

/** The model has one status for every failure. */
const MEMORY_STATUSES = {
  create: ['CREATING', 'ACTIVE', 'FAILED'],
  update: ['UPDATING', 'ACTIVE', 'FAILED'],
  delete: ['DELETING', 'FAILED'],
} as const;

/** Memories: their requests and responses have strategies in different forms, and an update names the changes of them. */
export const memories: GenericKind = {
  kind: 'memory',
  noun: 'memory',
  operationNouns: ['Memory', 'Memories'],
  idFormat: 'agentRuntime',
  idMember: 'memoryId',
  shownIdMember: 'id',
  responseMember: 'memory',
  nameMember: 'name',
  arnMember: 'arn',
  arnPath: 'memory/',
  statuses: MEMORY_STATUSES,
  updatedAtMember: 'updatedAt',
  reasonMember: { name: 'failureReason', isList: false },
  listMember: 'memories',
  isTagged: true,
  // AWS's SDK for agents looks for this exception and these two words, to find that a memory exists.
  nameInUse: (name) => new ServiceError('ValidationException', `Memory with name ${name} already exists`),
  toResponse: ({ strategies, ...configuration }, status) => ({
    ...configuration,
    strategies: listOf(strategies).map((strategy) => ({
      ...strategy,
      status: status === 'CREATING' ? 'CREATING' : 'ACTIVE',
    })),
  }),
  write: writeMemory,
};

function writeMemory(before: JsonObject, input: JsonObject, tools: WriteTools): JsonObject {
  const { memoryStrategies, addIndexedKeys, ...rest } = input;
  // CreateMemory takes a list of strategies, and UpdateMemory a structure of three.
  const changes = isJsonObject(memoryStrategies)
    ? memoryStrategies
    : { addMemoryStrategies: memoryStrategies ?? [] };
  const indexed = [...listOf(before.indexedKeys), ...listOf(rest.indexedKeys), ...listOf(addIndexedKeys)];
  rejectRepeated(
    'indexedKeys',
    indexed.map(({ key }) => asText(key)),
  );
  return {
    ...before,
    ...rest,
    ...(indexed.length > 0 && { indexedKeys: indexed }),
    strategies: writtenStrategies(listOf(before.strategies), changes, tools),
  };
}

function writtenStrategies(
  before: readonly JsonObject[],
  changes: JsonObject,
  tools: WriteTools,
): JsonObject[] {
  const { addMemoryStrategies, modifyMemoryStrategies, deleteMemoryStrategies } = changes;
  const idsOf = (value: JsonValue | undefined) =>
    listOf(value).map(({ memoryStrategyId }) => asText(memoryStrategyId));
  const known = before.map(({ strategyId }) => asText(strategyId));
  for (const id of [...idsOf(modifyMemoryStrategies), ...idsOf(deleteMemoryStrategies)])
    if (!known.includes(id)) {
      const message = `The memory has no strategy ${id}`;
      throw invalid(message, { name: 'memoryStrategies', message });
    }
  const deleted = idsOf(deleteMemoryStrategies);
  const kept = before
    .filter(({ strategyId }) => !deleted.includes(asText(strategyId)))
    .map((strategy) => {
      const change = listOf(modifyMemoryStrategies).find(
        ({ memoryStrategyId }) => memoryStrategyId === strategy.strategyId,
      );
      return change ? modifiedStrategy(strategy, change, tools) : strategy;
    });
  const added = listOf(addMemoryStrategies).flatMap((value) => {
    const requested = readStrategy(value);
    return requested ? [addedStrategy(requested, tools)] : [];
  });
  const strategies = [...kept, ...added];
  rejectRepeated(
    'memoryStrategies',
    strategies.map(({ name }) => asText(name)),
  );
  return strategies;
}

function addedStrategy(requested: RequestedStrategy, { newId, now }: WriteTools): JsonObject {
  const { member, strategy } = requested;
  const { name, description, memoryRecordSchema } = strategy;
  const [, type = ''] = Object.entries(strategyTypes).find(([each]) => each === member) ?? [];
  return {
    strategyId: newId(asText(name)),
    type,
    ...defined({ name, description, memoryRecordSchema }),
    ...namespacesOf(strategy, member),
    ...defined({ configuration: withTriggers(strategyConfiguration(requested)) }),
    createdAt: now,
    updatedAt: now,
  };
}

function modifiedStrategy(strategy: JsonObject, change: JsonObject, { now }: WriteTools): JsonObject {
  const { configuration } = change;
  const isNamespaced = change.namespaces !== undefined || change.namespaceTemplates !== undefined;
  return {
    ...strategy,
    ...omit(change, 'memoryStrategyId', 'configuration'),
    ...(isNamespaced && namespacesOf(change, '')),
    ...(isJsonObject(configuration) && { configuration: merged(strategy.configuration, configuration) }),
    updatedAt: now,
  };
}

/** Each part of a configuration that a request names takes the place of the one before; the rest stays. */
function merged(before: JsonValue | undefined, change: JsonObject): JsonObject {
  const { selfManagedConfiguration, ...others } = change;
  const known = isJsonObject(before) ? before : {};
  if (!isJsonObject(selfManagedConfiguration)) return { ...known, ...others };
  const selfManaged = isJsonObject(known.selfManagedConfiguration) ? known.selfManagedConfiguration : {};
  return { ...known, ...others, selfManagedConfiguration: { ...selfManaged, ...selfManagedConfiguration } };
}

/** The older of the two members shows the same as the newer one. What a strategy gets that names none is from AWS's guide. */
function namespacesOf({ namespaces, namespaceTemplates }: JsonObject, member: string): JsonObject {
  const isOfSession = member === 'summaryMemoryStrategy' || member === 'episodicMemoryStrategy';
  const byDefault = `/strategies/{memoryStrategyId}/actors/{actorId}${isOfSession ? '/sessions/{sessionId}' : ''}`;
  const templates = namespaceTemplates ?? namespaces ?? [byDefault];
  return { namespaces: namespaces ?? templates, namespaceTemplates: templates };
}

/** Guessed: the model demands both members in responses, and says of neither what it is where nobody set it. */
const SELF_MANAGED_DEFAULTS = {
  triggerConditions: [{ messageBasedTrigger: { messageCount: 6 } }],
  historicalContextWindowSize: 4,
};

function withTriggers(configuration: JsonObject | undefined): JsonObject | undefined {
  const { selfManagedConfiguration } = configuration ?? {};
  if (!isJsonObject(selfManagedConfiguration)) return configuration;
  return {
    ...configuration,
    selfManagedConfiguration: { ...SELF_MANAGED_DEFAULTS, ...selfManagedConfiguration },
  };
}

function rejectRepeated(field: string, names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  const message = `${repeated} is named twice in ${field}`;
  throw invalid(message, { name: field, message });
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
