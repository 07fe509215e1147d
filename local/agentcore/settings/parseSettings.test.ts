import { describe, expect, it } from 'vitest';
import { parseSettings } from './parseSettings.ts';

describe('parseSettings', () => {
  it('parseSettings: takes latencies, behaviors, quotas and faults together', () => {
    const settings = {
      latencies: {
        CreateGateway: { min: 500, max: 900 },
        'CreateGatewayTarget/MCP_SERVER': { median: 3000, p99: 9000 },
      },
      behaviors: { reissueLinks: 'onRead', deleteWhilePending: true },
      quotas: { targetsPerGateway: 3 },
      faults: [{ fault: 'throttle', probability: 0.1 }],
    };
    expect(parseSettings(settings)).toEqual(settings);
    expect(parseSettings({})).toEqual({});
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'A JSON object is expected for the file'],
    ['an unknown member', { durations: {} }, 'There is no setting durations. Use behaviors, latencies'],
    ['behaviors that are no object', { behaviors: 'expiredLink' }, 'A JSON object is expected for behaviors'],
    [
      'an unknown operation',
      { latencies: { CreateGate: { min: 0, max: 1 } } },
      'no latency CreateGate. Use CreateGateway',
    ],
    [
      'bounds in the wrong order',
      { latencies: { CreateGateway: { min: 2, max: 1 } } },
      'CreateGateway cannot be',
    ],
    ['one bound', { latencies: { CreateGateway: { min: 2 } } }, '{ "min": 500, "max": 900 }'],
    ['a text as a bound', { latencies: { CreateGateway: { min: '2', max: 3 } } }, 'cannot be'],
    [
      'bounds beside a median',
      { latencies: { CreateGateway: { min: 1, max: 2, median: 1, p99: 2 } } },
      'cannot be',
    ],
    ['a median of 0', { latencies: { CreateGateway: { median: 0, p99: 2 } } }, 'cannot be'],
    ['a misspelled bound', { latencies: { CreateGateway: { min: 1, max: 2, mean: 1 } } }, 'cannot be'],
    ['a number as a latency', { latencies: { CreateGateway: 5 } }, 'cannot be 5'],
    ['an unknown quota', { quotas: { targets: 1 } }, 'There is no quota targets'],
    ['an unknown fault', { faults: [{ fault: 'explode' }] }, 'fault of rule 0 cannot be "explode"'],
  ])('parseSettings: rejects %s', (_title, json, message) => {
    expect(() => parseSettings(json)).toThrow(message);
  });
});
