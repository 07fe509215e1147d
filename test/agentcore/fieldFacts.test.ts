import { describe, expect, it, onTestFinished } from 'vitest';
import { openSubject } from './contract/subject.ts';
import { consentFacts } from './facts/consentFacts.ts';
import { durationFacts } from './facts/durationFacts.ts';
import type { Fact } from './facts/fact.ts';
import { gatewayFacts } from './facts/gatewayFacts.ts';
import { memoryFacts } from './facts/memoryFacts.ts';
import { providerFacts, registryFacts } from './facts/providerFacts.ts';
import { harnessFacts, runtimeFacts } from './facts/runtimeFacts.ts';
import { targetFacts } from './facts/targetFacts.ts';

/** What others saw on AWS, by area. */
const AREAS: Readonly<Record<string, readonly Fact[]>> = {
  gateways: gatewayFacts,
  targets: targetFacts,
  consent: consentFacts,
  'agent runtimes': runtimeFacts,
  harnesses: harnessFacts,
  memories: memoryFacts,
  'OAuth2 credential providers': providerFacts,
  registries: registryFacts,
  durations: durationFacts,
};

describe.each(Object.entries(AREAS))('facts about %s hold on the emulator', (_area, facts) => {
  it.each(facts.map((fact) => [fact.certainty, fact.fact, fact] as const))(
    '%s: %s',
    async (_certainty, _title, { options, holds }) => {
      const subject = await openSubject(options);
      onTestFinished(() => subject.close());
      await holds(subject);
    },
  );
});

describe('the table of facts', () => {
  it('names a source for each fact, and no fact twice', () => {
    const facts = Object.values(AREAS).flat();
    expect(facts.filter(({ source }) => source.trim() === '')).toEqual([]);
    expect(new Set(facts.map(({ fact }) => fact)).size).toBe(facts.length);
  });
});
