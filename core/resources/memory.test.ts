import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { comparableShapes } from '../comparison/comparableShapes.ts';
import { compareConfiguration } from '../comparison/compareConfiguration.ts';
import type { JsonObject } from '../json.ts';
import { unclearable } from '../reconcile/heldBack.ts';
import { memory } from './memory.ts';
import { requestedStrategy, strategyChanges } from './memoryStrategies.ts';

const step = (appendToPrompt: string) => ({ appendToPrompt, modelId: 'anthropic.claude-sonnet-4-6' });

/** Strategies of each kind as requests have them, and as responses show them. */
const forms: readonly (readonly [requested: JsonObject, shown: JsonObject])[] = [
  [
    { semanticMemoryStrategy: { name: 'a', description: 'd', namespaceTemplates: ['/a/'] } },
    { name: 'a', type: 'SEMANTIC', description: 'd', namespaceTemplates: ['/a/'] },
  ],
  [{ summaryMemoryStrategy: { name: 'a' } }, { name: 'a', type: 'SUMMARIZATION' }],
  [{ userPreferenceMemoryStrategy: { name: 'a' } }, { name: 'a', type: 'USER_PREFERENCE' }],
  [
    { episodicMemoryStrategy: { name: 'a', reflectionConfiguration: { namespaceTemplates: ['/r/'] } } },
    {
      name: 'a',
      type: 'EPISODIC',
      configuration: { reflection: { episodicReflectionConfiguration: { namespaceTemplates: ['/r/'] } } },
    },
  ],
  [
    custom({ semanticOverride: { extraction: step('e'), consolidation: step('c') } }),
    shownCustom('SEMANTIC_OVERRIDE', {
      extraction: { customExtractionConfiguration: { semanticExtractionOverride: step('e') } },
      consolidation: { customConsolidationConfiguration: { semanticConsolidationOverride: step('c') } },
    }),
  ],
  [
    custom({ summaryOverride: { consolidation: step('c') } }),
    shownCustom('SUMMARY_OVERRIDE', {
      consolidation: { customConsolidationConfiguration: { summaryConsolidationOverride: step('c') } },
    }),
  ],
  [
    custom({ userPreferenceOverride: { extraction: step('e'), consolidation: step('c') } }),
    shownCustom('USER_PREFERENCE_OVERRIDE', {
      extraction: { customExtractionConfiguration: { userPreferenceExtractionOverride: step('e') } },
      consolidation: { customConsolidationConfiguration: { userPreferenceConsolidationOverride: step('c') } },
    }),
  ],
  [
    custom({ episodicOverride: { extraction: step('e'), consolidation: step('c'), reflection: step('r') } }),
    shownCustom('EPISODIC_OVERRIDE', {
      extraction: { customExtractionConfiguration: { episodicExtractionOverride: step('e') } },
      consolidation: { customConsolidationConfiguration: { episodicConsolidationOverride: step('c') } },
      reflection: { customReflectionConfiguration: { episodicReflectionOverride: step('r') } },
    }),
  ],
  [
    custom({ selfManagedConfiguration: { historicalContextWindowSize: 3 } }),
    shownCustom('SELF_MANAGED', { selfManagedConfiguration: { historicalContextWindowSize: 3 } }),
  ],
];

function custom(configuration: JsonObject): JsonObject {
  return { customMemoryStrategy: { name: 'a', configuration } };
}

function shownCustom(type: string, configuration: JsonObject): JsonObject {
  return { name: 'a', type: 'CUSTOM', configuration: { type, ...configuration } };
}

const facts = (more: JsonObject = {}, name = 'facts'): JsonObject => ({
  semanticMemoryStrategy: { name, ...more },
});
const shownFacts = (more: JsonObject = {}, name = 'facts'): JsonObject => ({
  strategyId: `${name}-id`,
  name,
  type: 'SEMANTIC',
  ...more,
});

describe('memoryStrategies', () => {
  it.each(forms)('requestedStrategy: gives %j back from the form of responses', (requested, shown) => {
    expect(requestedStrategy(shown)).toEqual(requested);
  });

  it.each(forms)('strategyChanges: changes nothing where a memory has %j', (requested, shown) => {
    expect(strategyChanges([requested], [{ strategyId: 'id', ...shown }])).toBeUndefined();
  });

  it('strategyChanges: adds what is missing, modifies what differs, and deletes what the manifest does not name', () => {
    const changes = strategyChanges(
      [facts({}, 'new'), facts({ description: 'after' }), facts({}, 'same')],
      [shownFacts({}, 'old'), shownFacts({}, 'same'), shownFacts({ description: 'before' })],
    );
    expect(changes).toEqual({
      addMemoryStrategies: [facts({}, 'new')],
      modifyMemoryStrategies: [{ memoryStrategyId: 'facts-id', description: 'after' }],
      deleteMemoryStrategies: [{ memoryStrategyId: 'old-id' }],
    });
  });

  it('strategyChanges: modifies a custom strategy in the form of UpdateMemory, which has no type', () => {
    const [, shown] = forms[5] ?? [];
    const changes = strategyChanges(
      [custom({ summaryOverride: { consolidation: step('other') } })],
      [{ strategyId: 'id', ...shown }],
    );
    expect(changes).toEqual({
      modifyMemoryStrategies: [
        {
          memoryStrategyId: 'id',
          configuration: {
            consolidation: {
              customConsolidationConfiguration: { summaryConsolidationOverride: step('other') },
            },
          },
        },
      ],
    });
  });

  it('strategyChanges: deletes and adds a strategy that is of another kind under the same name', () => {
    expect(strategyChanges([{ summaryMemoryStrategy: { name: 'facts' } }], [shownFacts()])).toEqual({
      addMemoryStrategies: [{ summaryMemoryStrategy: { name: 'facts' } }],
      deleteMemoryStrategies: [{ memoryStrategyId: 'facts-id' }],
    });
  });
});

describe('memory', () => {
  const shapes = comparableShapes(memory, resourceShapes);
  const compare = (desired: JsonObject, live: JsonObject) =>
    compareConfiguration(memory, desired, live, shapes);
  const reasonOf = (member: string, ...args: [JsonObject[] | undefined, JsonObject[] | undefined, boolean]) =>
    memory.refusedChanges?.find((each) => each.member === member)?.reason(...args);

  it('memory: compares strategies by their names, whatever the order of both sides', () => {
    const live = { memoryStrategies: [facts({ description: 'x' }, 'b'), facts({}, 'a'), facts({}, 'c')] };
    const desired = { memoryStrategies: [facts({}, 'a'), facts({ description: 'y' }, 'b'), facts({}, 'd')] };
    expect(compare(desired, live).differences).toEqual([
      { path: 'memoryStrategies[1].semanticMemoryStrategy.description', change: 'changed' },
      { path: 'memoryStrategies[2]', change: 'removed' },
      { path: 'memoryStrategies[3]', change: 'added' },
    ]);
  });

  it('memory: takes the namespaces that the service gives a strategy for no difference', () => {
    const { differences, unnamed } = compare(
      { memoryStrategies: [facts()] },
      { memoryStrategies: [facts({ namespaces: ['/x/'], namespaceTemplates: ['/x/'] })] },
    );
    expect([differences, [...unnamed]]).toEqual([[], []]);
  });

  it('memory: says of a description in a strategy that the manifest no longer names that no update clears it', () => {
    const config = { memoryStrategies: [facts()] };
    const live = { memoryStrategies: [facts({ description: 'old' })] };
    const [path = ''] = compare(config, live).unnamed.keys();
    const reasons = unclearable({ row: memory, config, live }, resourceShapes, [path]);
    expect(reasons.get(path)).toMatch(/^memoryStrategies has a value .* UpdateMemory has no way to clear it/);
  });

  it('memory: keeps the strategies of a protected memory, and gives them up where the manifest says so', () => {
    const [before, after] = [[facts(), facts({}, 'chats')], [facts({ description: 'more' })]];
    expect(reasonOf('memoryStrategies', before, after, true)).toMatch(
      /would delete "chats".*"protect: false"/,
    );
    expect(reasonOf('memoryStrategies', before, undefined, true)).toMatch(/"facts", "chats"/);
    expect(reasonOf('memoryStrategies', before, after, false)).toBeUndefined();
    expect(reasonOf('memoryStrategies', after, before, true)).toBeUndefined();
  });

  it('memory: refuses to remove an indexed key or to change its type, and adds the new ones alone', () => {
    const [team, size] = [
      { key: 'team', type: 'STRING' },
      { key: 'size', type: 'NUMBER' },
    ];
    expect(reasonOf('indexedKeys', [team, size], [team], false)).toMatch(/Write again: size \(NUMBER\)/);
    expect(reasonOf('indexedKeys', [team], [{ ...team, type: 'NUMBER' }], false)).toMatch(/team \(STRING\)/);
    expect(reasonOf('indexedKeys', [team], [size, team], false)).toBeUndefined();
    expect(memory.forms?.toUpdate({ indexedKeys: [size, team] }, { indexedKeys: [team] })).toEqual({
      addIndexedKeys: [size],
    });
  });
});
