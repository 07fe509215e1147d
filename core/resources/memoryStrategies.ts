import { isDeepStrictEqual } from 'node:util';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { defined, omit } from '../objects.ts';

/** The member of requests that a strategy is in, and the `type` that responses have instead. Source: service model. */
export const strategyTypes = {
  semanticMemoryStrategy: 'SEMANTIC',
  summaryMemoryStrategy: 'SUMMARIZATION',
  userPreferenceMemoryStrategy: 'USER_PREFERENCE',
  customMemoryStrategy: 'CUSTOM',
  episodicMemoryStrategy: 'EPISODIC',
} as const;

const STEPS = ['extraction', 'consolidation', 'reflection'] as const;

type Step = (typeof STEPS)[number];

/** A custom strategy that changes the steps of one of AWS's, and how responses name its type and each of its steps. */
interface Override {
  readonly type: string;
  readonly steps: Readonly<Partial<Record<Step, string>>>;
}

/** By the member of a custom strategy's configuration in requests. Source: service model. */
const overrides: Readonly<Record<string, Override>> = {
  semanticOverride: {
    type: 'SEMANTIC_OVERRIDE',
    steps: { extraction: 'semanticExtractionOverride', consolidation: 'semanticConsolidationOverride' },
  },
  summaryOverride: {
    type: 'SUMMARY_OVERRIDE',
    steps: { consolidation: 'summaryConsolidationOverride' },
  },
  userPreferenceOverride: {
    type: 'USER_PREFERENCE_OVERRIDE',
    steps: {
      extraction: 'userPreferenceExtractionOverride',
      consolidation: 'userPreferenceConsolidationOverride',
    },
  },
  episodicOverride: {
    type: 'EPISODIC_OVERRIDE',
    steps: {
      extraction: 'episodicExtractionOverride',
      consolidation: 'episodicConsolidationOverride',
      reflection: 'episodicReflectionOverride',
    },
  },
};

/** What responses and UpdateMemory put the steps of custom strategies in. */
const WRAPPERS: Readonly<Record<Step, string>> = {
  extraction: 'customExtractionConfiguration',
  consolidation: 'customConsolidationConfiguration',
  reflection: 'customReflectionConfiguration',
};

/** A strategy of a request: its member in the union, and what is in it. */
export interface RequestedStrategy {
  readonly member: string;
  readonly strategy: JsonObject;
}

/** @returns the parts of a strategy as CreateMemory takes it; undefined for a value that is none */
export function readStrategy(value: JsonValue | undefined): RequestedStrategy | undefined {
  const [[member, strategy] = []] = Object.entries(asObject(value));
  return member !== undefined && isJsonObject(strategy) ? { member, strategy } : undefined;
}

/** @returns the name of a strategy as CreateMemory takes it */
export function strategyName(value: JsonValue | undefined): string {
  return asText(readStrategy(value)?.strategy.name);
}

/**
 * The configuration of a strategy as responses show it and UpdateMemory takes it.
 *
 * @returns undefined for a strategy without one; only a response has the `type`
 */
export function strategyConfiguration({ member, strategy }: RequestedStrategy): JsonObject | undefined {
  if (member === 'episodicMemoryStrategy') {
    const { reflectionConfiguration } = strategy;
    return reflectionConfiguration === undefined
      ? undefined
      : { reflection: { episodicReflectionConfiguration: reflectionConfiguration } };
  }
  const [[name, given] = []] = Object.entries(asObject(strategy.configuration));
  if (name === undefined) return undefined;
  if (name === 'selfManagedConfiguration')
    return { type: 'SELF_MANAGED', selfManagedConfiguration: given ?? {} };
  const { type = '', steps = {} } = overrides[name] ?? {};
  const wrapped = STEPS.flatMap((step): [string, JsonValue][] => {
    const [shownMember, value] = [steps[step], asObject(given)[step]];
    if (shownMember === undefined || value === undefined) return [];
    return [[step, { [WRAPPERS[step]]: { [shownMember]: value } }]];
  });
  return { type, ...Object.fromEntries(wrapped) };
}

/** @returns a strategy as CreateMemory would take it, from one of the response of GetMemory */
export function requestedStrategy(shown: JsonObject): JsonObject {
  const [member = ''] = Object.entries(strategyTypes).find(([, type]) => type === shown.type) ?? [];
  const { name, description, namespaces, namespaceTemplates, memoryRecordSchema } = shown;
  const configuration = asObject(shown.configuration);
  const { episodicReflectionConfiguration: reflectionConfiguration } = asObject(configuration.reflection);
  return {
    [member]: defined({
      name,
      description,
      namespaces,
      namespaceTemplates,
      memoryRecordSchema,
      ...(member === 'customMemoryStrategy' && { configuration: requestedOverride(configuration) }),
      ...(member === 'episodicMemoryStrategy' && { reflectionConfiguration }),
    }),
  };
}

function requestedOverride(shown: JsonObject): JsonObject | undefined {
  const { selfManagedConfiguration } = shown;
  if (selfManagedConfiguration !== undefined) return { selfManagedConfiguration };
  const [name, override] = Object.entries(overrides).find(([, { type }]) => type === shown.type) ?? [];
  if (name === undefined || !override) return undefined;
  const steps = STEPS.flatMap((step): [string, JsonValue][] => {
    const value = asObject(asObject(shown[step])[WRAPPERS[step]])[override.steps[step] ?? ''];
    return value === undefined ? [] : [[step, value]];
  });
  return { [name]: Object.fromEntries(steps) };
}

/**
 * What UpdateMemory has to be told so that a memory has the strategies of a manifest. A strategy is known by its name; one that
 * is of another kind under the same name is deleted and added.
 *
 * @param wanted as CreateMemory takes them
 * @param shown as GetMemory shows them
 * @returns undefined where nothing is to be done
 */
export function strategyChanges(
  wanted: readonly JsonValue[],
  shown: readonly JsonValue[],
): JsonObject | undefined {
  const present = shown.filter(isJsonObject);
  const matching = new Map(
    wanted.map((value) => [value, present.find((each) => isSameStrategy(value, requestedStrategy(each)))]),
  );
  const kept = new Set(matching.values());
  const added = wanted.filter((value) => matching.get(value) === undefined);
  const modified = wanted.flatMap((value): JsonObject[] => {
    const before = matching.get(value);
    return before && !covers(requestedStrategy(before), value) ? [modification(value, before)] : [];
  });
  const deleted = present
    .filter((each) => !kept.has(each))
    .map(({ strategyId = '' }) => ({ memoryStrategyId: strategyId }));
  const changes = {
    ...(added.length > 0 && { addMemoryStrategies: added }),
    ...(modified.length > 0 && { modifyMemoryStrategies: modified }),
    ...(deleted.length > 0 && { deleteMemoryStrategies: deleted }),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function isSameStrategy(one: JsonValue, other: JsonValue): boolean {
  return strategyName(one) === strategyName(other) && variantOf(one) === variantOf(other);
}

/** What no modification changes of a strategy: its kind, and what a custom one is made of. */
function variantOf(value: JsonValue): string {
  const { member, strategy } = readStrategy(value) ?? { member: '', strategy: {} };
  const [variant = ''] = Object.keys(asObject(strategy.configuration));
  return `${member}/${variant}`;
}

function modification(value: JsonValue, { strategyId = '' }: JsonObject): JsonObject {
  const requested = readStrategy(value) ?? { member: '', strategy: {} };
  const configuration = strategyConfiguration(requested);
  return {
    memoryStrategyId: strategyId,
    ...omit(requested.strategy, 'name', 'configuration', 'reflectionConfiguration'),
    ...(configuration && { configuration: omit(configuration, 'type') }),
  };
}

/** Whether a value has all that another one names: structures by their members, anything else as a whole. */
function covers(value: JsonValue | undefined, named: JsonValue): boolean {
  if (!isJsonObject(named) || value === undefined || !isJsonObject(value))
    return isDeepStrictEqual(value, named);
  return Object.entries(named).every(([name, member]) => covers(value[name], member));
}

function asObject(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
