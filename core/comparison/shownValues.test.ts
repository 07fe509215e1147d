import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import type { JsonObject } from '../json.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { comparableShapes } from './comparableShapes.ts';
import { compareConfiguration } from './compareConfiguration.ts';
import { driftValues, NOT_SHOWN, tagValues } from './shownValues.ts';

function valuesOf(kind: KindName, config: JsonObject, live: JsonObject) {
  const row = resourceKinds[kind];
  const shapes = comparableShapes(row, resourceShapes);
  const { differences, unnamed } = compareConfiguration(row, config, live, shapes);
  const added = [...unnamed.keys()].map((path) => ({ path, change: 'added' as const }));
  return driftValues([...differences, ...added], row, config, live, shapes);
}

describe('driftValues', () => {
  it('driftValues: has what was applied and what is there, as JSON', () => {
    expect(
      valuesOf(
        'gateway',
        { description: 'Ours', exceptionLevel: 'DEBUG' },
        { description: 'Theirs', kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/a' },
      ),
    ).toEqual({
      description: { applied: '"Ours"', live: '"Theirs"' },
      exceptionLevel: { applied: '"DEBUG"' },
      kmsKeyArn: { live: '"arn:aws:kms:eu-west-1:123456789012:key/a"' },
    });
  });

  it('driftValues: shows no value that may be a secret, by whatever name another client gave it', () => {
    const values = valuesOf(
      'agentRuntime',
      { environmentVariables: { LOG_LEVEL: 'info', API_KEY: { secretsManager: 'payments/key' } } },
      { environmentVariables: { LOG_LEVEL: 'hunter2', API_KEY: 'hunter2', OTHER: 'hunter2' } },
    );
    expect(JSON.stringify(values)).not.toContain('hunter2');
    expect(values['environmentVariables.LOG_LEVEL']).toEqual({ applied: '"info"', live: NOT_SHOWN });
    const token = `ghp_${'a'.repeat(36)}`;
    expect(
      JSON.stringify(valuesOf('gateway', { description: 'Ours' }, { description: token })),
    ).not.toContain(token);
  });

  it('driftValues: keeps twenty values, and the first 200 characters of each', () => {
    const long = valuesOf('gateway', { description: 'a' }, { description: 'b'.repeat(5000) });
    expect(long.description?.live).toBe(`"${'b'.repeat(199)}…`);
    const many = Array.from({ length: 50 }, (_, index) => ({
      path: `tags.t${index}`,
      change: 'added' as const,
    }));
    expect(Object.keys(tagValues(many, {}, { t1: 'a' }))).toHaveLength(20);
  });
});

describe('tagValues', () => {
  it('tagValues: has both values of a tag, unless its key names a secret', () => {
    const changes = ['tags.team', 'tags.api_key', 'tags.a.b'].map((path) => ({
      path,
      change: 'changed' as const,
    }));
    const applied = { team: 'a', api_key: 'x1', 'a.b': 'one' };
    expect(tagValues(changes, applied, { team: 'b', api_key: 'x2' })).toEqual({
      'tags.team': { applied: '"a"', live: '"b"' },
      'tags.api_key': { applied: NOT_SHOWN, live: NOT_SHOWN },
      'tags.a.b': { applied: '"one"' },
    });
  });
});
