import { describe, expect, it } from 'vitest';
import { observedTransitions } from './observedTransitions.ts';
import type { RecordedCall } from './recording/recorder.ts';

const call = (
  operation: string,
  body: { [key: string]: string | { [key: string]: string } },
): RecordedCall => ({
  operation,
  request: { method: 'GET', path: '/' },
  answer: { status: 200, body },
});
const gateway = (operation: string, status: string) => call(operation, { gatewayId: 'g', status });

describe('observedTransitions', () => {
  it('finds changes of status, and accepts those between which a poll missed a status', () => {
    const calls = [
      gateway('CreateGateway', 'CREATING'),
      gateway('GetGateway', 'CREATING'),
      gateway('GetGateway', 'READY'),
      gateway('DeleteGateway', 'DELETING'),
      call('CreateHarness', { harness: { harnessId: 'h', status: 'CREATING' } }),
      call('GetHarness', { harness: { harnessId: 'h', status: 'UPDATE_FAILED' } }),
    ];
    expect(observedTransitions(calls)).toEqual([
      { kind: 'gateway', from: 'none', to: 'CREATING', isLegal: true },
      { kind: 'gateway', from: 'CREATING', to: 'READY', isLegal: true },
      { kind: 'gateway', from: 'READY', to: 'DELETING', isLegal: true },
      { kind: 'harness', from: 'none', to: 'CREATING', isLegal: true },
      { kind: 'harness', from: 'CREATING', to: 'UPDATE_FAILED', isLegal: true },
    ]);
  });

  it('marks a change that no sequence of statuses explains', () => {
    const calls = [gateway('GetGateway', 'READY'), gateway('GetGateway', 'CREATING')];
    expect(observedTransitions(calls)).toEqual([
      { kind: 'gateway', from: 'READY', to: 'CREATING', isLegal: false },
    ]);
  });

  it('ignores refused requests and the status of an older version', () => {
    const refused = {
      ...gateway('GetGateway', 'CREATING'),
      answer: { status: 404, body: { status: 'GONE' } },
    };
    const version = call('GetAgentRuntime', { agentRuntimeId: 'a', status: 'CREATING' });
    const ofVersion = { ...version, request: { ...version.request, query: { version: '1' } } };
    const ready = call('GetAgentRuntime', { agentRuntimeId: 'a', status: 'READY' });
    expect(observedTransitions([refused, ready, ofVersion])).toEqual([]);
  });
});
