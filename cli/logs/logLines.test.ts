import { describe, expect, it } from 'vitest';
import { eventLine, logLine, logText } from './logLines.ts';

const TIME = Date.parse('2026-05-01T12:00:00Z');
const raw = (message: string) => ({ group: '/gateloop/main/poll', id: '1', time: TIME, message });
const plain = { paint: (_: string, text: string) => text };

describe('logLine', () => {
  it('logLine: reads what the logger writes, without what gives access', () => {
    const line = logLine(
      raw(
        JSON.stringify({
          level: 'WARN',
          message: 'Asked ada@example.com',
          workspace: 'payments',
          timestamp: 'x',
          service: 'poll',
          taskToken: 'AQC',
          count: 2,
        }),
      ),
    );
    expect(line).toEqual({
      time: '2026-05-01T12:00:00.000Z',
      function: 'poll',
      level: 'WARN',
      message: 'Asked [address]',
      workspace: 'payments',
      fields: { taskToken: '[token]', count: 2 },
    });
    expect(line && logText(line, false, plain)).toBe(
      '2026-05-01T12:00:00Z  poll  WARN  payments  Asked [address]  {"taskToken":"[token]","count":2}',
    );
  });

  it.each([
    'START RequestId: 1 Version: $LATEST',
    'REPORT RequestId: 1 Duration: 3 ms',
    '{"type":"platform.report","record":{}}',
    '{"_aws":{"Timestamp":1},"ResourcesReady":1}',
  ])('logLine: leaves out %s', (message) => {
    expect(logLine(raw(message))).toBeUndefined();
  });

  it('logLine: shows text that is no JSON, and what a runtime says of a failure as an error', () => {
    expect(logLine(raw('warning: old\n'))).toMatchObject({ level: 'INFO', message: 'warning: old' });
    expect(logLine(raw('{"errorType":"TypeError","errorMessage":"no"}'))).toMatchObject({
      level: 'ERROR',
      message: 'no',
    });
  });
});

describe('eventLine', () => {
  it('eventLine: reads an event of EventBridge, without what gives access', () => {
    const detail = { workspace: 'payments', owner: 'ada@example.com' };
    expect(
      eventLine(
        raw(JSON.stringify({ 'detail-type': 'Resource Ready', source: 'gateloop', time: 'T', detail })),
      ),
    ).toEqual({
      time: 'T',
      type: 'Resource Ready',
      source: 'gateloop',
      workspace: 'payments',
      detail: { workspace: 'payments', owner: '[address]' },
    });
    expect(eventLine(raw('no event'))).toBeUndefined();
  });
});
