import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { parseManifest } from '../../core/manifest/parseManifest.ts';
import type { KindName } from '../../core/resources/resourceKind.ts';
import { changesOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { contracts } from '../agentcore/contract/contracts.ts';
import { kinds as readyKinds } from '../ready/configurations.ts';

const ROOT = new URL('../../', import.meta.url);
const example = readFileSync(new URL('examples/kinds/every-kind/manifest.yaml', ROOT));
const inExample: ReadonlySet<KindName> = new Set(
  parseManifest(example, 'manifest.yaml', resourceShapes).manifest?.resources.map(({ kind }) => kind),
);

/** What people have written about manifests, without the generated tables. */
const guide = readFileSync(new URL('docs/manifest.md', ROOT), 'utf8').replaceAll(
  /<!-- generated: [\s\S]*?<!-- end -->/g,
  '',
);

const readme = readFileSync(new URL('README.md', ROOT), 'utf8');

const tested = new Map(contracts.map((contract) => [contract.operation, contract]));

describe.each(Object.values(resourceKinds))('$kind', (row) => {
  const { kind, section, service } = row;

  it(`every kind: the contract suite accepts and rejects requests about ${kind}`, () => {
    const prefix = service ? 'AgentRegistry.' : '';
    const called = changesOf(row).map(
      (operation) => tested.get(`${prefix}${operation}`) ?? { accepted: [], rejected: [] },
    );
    expect(called.flatMap(({ accepted }) => accepted).length).toBeGreaterThan(0);
    expect(called.flatMap(({ rejected }) => rejected).length).toBeGreaterThan(0);
  });

  it(`every kind: the tests of Ready set, change and clear each member of ${kind}`, () => {
    expect(readyKinds).toContain(row);
  });

  it(`every kind: the README lists ${kind}; npm run docs:kinds writes it`, () => {
    expect(readme).toContain(`\n| ${kind} | `);
  });

  it(`every kind: docs/manifest.md explains ${section}`, () => {
    expect(guide).toMatch(new RegExp(`\\b${section}\\b`));
  });

  it(`every kind: examples/kinds/every-kind has a resource of the kind ${kind}`, () => {
    expect([...inExample]).toContain(kind);
  });
});
