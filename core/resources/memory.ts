import { isJsonObject, type JsonValue } from '../json.ts';
import { omit } from '../objects.ts';
import { requestedStrategy, strategyChanges, strategyName } from './memoryStrategies.ts';
import { WITHOUT_HARNESS_AND_MEMORY } from './regions.ts';
import type { ResourceForms, ResourceKind } from './resourceKind.ts';

/**
 * Strategies have a form in requests and another one in responses, and an update names what changes of them. So it is with
 * indexed keys, which an update can only add.
 */
const forms: ResourceForms = {
  members: ['memoryStrategies', 'indexedKeys'],
  updateMembers: ['memoryStrategies', 'addIndexedKeys'],
  fromResponse: ({ strategies, ...memory }) => ({
    ...memory,
    ...(Array.isArray(strategies) && {
      memoryStrategies: strategies.filter(isJsonObject).map(requestedStrategy),
    }),
  }),
  toUpdate: (input, shown) => {
    const { memoryStrategies, indexedKeys } = input;
    const changes = memoryStrategies && strategyChanges(itemsOf(memoryStrategies), itemsOf(shown.strategies));
    const known = keysOf(shown.indexedKeys);
    const added = itemsOf(indexedKeys).filter((item) => isJsonObject(item) && !known.has(item.key));
    return {
      ...omit(input, 'memoryStrategies', 'indexedKeys'),
      ...(changes && { memoryStrategies: changes }),
      ...(added.length > 0 && { addIndexedKeys: added }),
    };
  },
};

/** What agents remember: the events of sessions, and what strategies make of them. */
export const memory: ResourceKind = {
  kind: 'memory',
  section: 'memories',
  operations: {
    create: 'CreateMemory',
    get: 'GetMemory',
    list: 'ListMemories',
    update: 'UpdateMemory',
    delete: 'DeleteMemory',
  },
  arn: { resource: 'memory/*' },
  quota: 150,
  // The documentation says 50, and the model 100.
  pageSize: 50,
  regionsWithout: WITHOUT_HARNESS_AND_MEMORY,
  servesAgents: true,
  holdsData: true,
  nameMember: 'name',
  // The model's patterns of both: a name has no hyphen. AWS's SDK for agents finds memories by the start of their ids, too.
  nameInId: /^(.+)-[a-zA-Z0-9]{10}$/,
  idMember: 'id',
  idRequestMember: 'memoryId',
  arnMember: 'arn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'failureReason',
  responseMember: 'memory',
  listMember: 'memories',
  listShowsChanges: true,
  forms,
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  refusedMembers: {
    encryptionKeyArn:
      'Gateloop has no right to use a key for memories. Remove the line: AWS encrypts with its own key.',
  },
  refusedChanges: [
    { member: 'memoryStrategies', reason: lostStrategies },
    { member: 'indexedKeys', reason: lostKeys },
  ],
  // The model allows a list without resources, which ends the delivery.
  serviceDefaults: { streamDeliveryResources: { resources: [] } },
  itemNames: { memoryStrategies: strategyName },
  // The service gives each strategy namespaces of its own, and each self-managed one its conditions.
  revisedMembers: [
    ...['semantic', 'summary', 'userPreference', 'custom', 'episodic'].flatMap((type) =>
      ['namespaces', 'namespaceTemplates'].map((name) => `memoryStrategies.${type}MemoryStrategy.${name}`),
    ),
    ...['reflectionConfiguration', 'configuration.episodicOverride.reflection'].flatMap((place) =>
      ['namespaces', 'namespaceTemplates'].flatMap((name) => [
        `memoryStrategies.episodicMemoryStrategy.${place}.${name}`,
        `memoryStrategies.customMemoryStrategy.${place}.${name}`,
      ]),
    ),
    ...['triggerConditions', 'historicalContextWindowSize'].map(
      (name) => `memoryStrategies.customMemoryStrategy.configuration.selfManagedConfiguration.${name}`,
    ),
  ],
  clientToken: ['create', 'update'],
  outputs: ['id', 'arn'],
};

/** The records that a strategy has made are data of the memory. AWS does not say what becomes of them without it. */
function lostStrategies(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  isProtected: boolean,
): string | undefined {
  if (!isProtected) return undefined;
  const named = new Map(itemsOf(after).map((item) => [strategyName(item), kindOf(item)]));
  const lost = itemsOf(before).filter((item) => named.get(strategyName(item)) !== kindOf(item));
  if (lost.length === 0) return undefined;
  const names = lost.map((item) => `"${strategyName(item)}"`).join(', ');
  return `memoryStrategies cannot be changed like this: it would delete ${names}, and the memory is protected. Name what is missing again, or write "protect: false" beside the memory.`;
}

function kindOf(item: JsonValue): string {
  return isJsonObject(item) ? (Object.keys(item)[0] ?? '') : '';
}

function lostKeys(before: JsonValue | undefined, after: JsonValue | undefined): string | undefined {
  const [old, current] = [keysOf(before), keysOf(after)];
  const lost = [...old]
    .filter(([key, type]) => current.get(key) !== type)
    .map(([key, type]) => `${key} (${type})`);
  if (lost.length === 0) return undefined;
  return `indexedKeys cannot be changed like this: the service removes no key and changes no type. Write again: ${lost.join(', ')}. Or give the memory another name.`;
}

/** @returns the types of indexed keys, by key */
function keysOf(value: JsonValue | undefined): ReadonlyMap<JsonValue | undefined, string> {
  return new Map(
    itemsOf(value).flatMap((item) => (isJsonObject(item) ? [[item.key, String(item.type)] as const] : [])),
  );
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
