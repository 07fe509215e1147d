import * as sdk from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it } from 'vitest';
import { agentRegistryShapes, controlPlaneShapes, dataPlaneShapes } from '../../adapters/sdkShapes.ts';
import type { Constraint } from './constraints/constraintTable.ts';
import { constraintNamed, constraintTables } from './constraints.ts';
import type { Shape } from './shapes.ts';
import { anchoredPattern } from './violation.ts';

const values = constraintTables.flatMap((table) => Object.entries(table.values));
const members = constraintTables.flatMap((table) => Object.entries(table.members));

describe('constraintTables', () => {
  it('define every name once', () => {
    for (const entries of [values, members]) {
      const names = entries.map(([name]) => name);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    }
  });

  it('contain only patterns that compile and bounds with min <= max', () => {
    for (const [name, { pattern, min = 0, max = Infinity }] of values) {
      expect(() => anchoredPattern(pattern ?? ''), name).not.toThrow();
      expect(min, name).toBeLessThanOrEqual(max);
    }
  });

  it('refer only to defined constraints, and use every constraint', () => {
    const references = [
      ...members.flatMap(([, byMember]) => Object.values(byMember)),
      ...values.flatMap(([, { element, key, value }]) =>
        [element, key, value].filter((name) => name !== undefined),
      ),
    ];
    expect(references.filter((name) => !constraintNamed(name))).toEqual([]);
    expect(values.map(([name]) => name).filter((name) => !references.includes(name))).toEqual([]);
  });

  it('name only structures and members of the SDK', () => {
    const missing = members.flatMap(([structure, byMember]) =>
      Object.keys(byMember)
        .filter((member) => !memberShape(structure, member))
        .map((member) => `${structure}.${member}`),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    ['list', ({ element }: Constraint) => element],
    ['map', ({ key, value }: Constraint) => key ?? value],
    ['string', ({ pattern, enum: allowed }: Constraint) => pattern ?? allowed],
    ['number', ({ integer }: Constraint) => integer],
  ])('set constraints on a %s only for members of type %s', (type, constraintOf) => {
    const misplaced = members.flatMap(([structure, byMember]) =>
      Object.entries(byMember)
        .filter(([, name]) => constraintOf(constraintNamed(name) ?? {}) !== undefined)
        .filter(([member]) => memberShape(structure, member)?.type !== type)
        .map(([member]) => `${structure}.${member}`),
    );
    expect(misplaced).toEqual([]);
  });

  it('list exactly the values that the SDK exports for each enumeration', () => {
    const exported: Readonly<Record<string, unknown>> = sdk;
    const compared = values.filter(([name, { enum: allowed }]) => allowed && exported[name]);
    for (const [name, { enum: allowed }] of compared) {
      expect([...(allowed ?? [])].sort(), name).toEqual(Object.values(Object(exported[name])).sort());
    }
    expect(compared.length).toBeGreaterThan(30);
  });
});

function memberShape(structure: string, member: string): Shape | undefined {
  const shape = [controlPlaneShapes, dataPlaneShapes, agentRegistryShapes]
    .map((shapes) => shapes.shape(structure))
    .find((found) => found !== undefined);
  return shape?.type === 'structure' || shape?.type === 'union'
    ? shape.members.get(member)?.shape
    : undefined;
}
