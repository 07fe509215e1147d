import { describe, expect, it } from 'vitest';
import { appliedRecord, desiredOf, gateway, NOW, observedAs, target } from './testing/inputs.ts';
import { ModelControlPlane, type ModelOptions, noFaults } from './testing/modelControlPlane.ts';
import { ModelLoop } from './testing/modelLoop.ts';
import { seededRandom } from './testing/random.ts';

const MINUTE = 60_000;
const ledger = target('payments/ledger');

/** One target to be created on a gateway in step, by a service that misbehaves for ever. */
function runPass(options: Partial<ModelOptions>, meanwhile?: (service: ModelControlPlane) => void) {
  const service = new ModelControlPlane({ random: seededRandom(3), now: NOW, ...options });
  service.seed({ ...observedAs(gateway(), 'READY'), config: gateway().config });
  const loop = new ModelLoop(desiredOf([gateway(), ledger]), service, {
    beforePoll: () => meanwhile?.(service),
  });
  loop.recorded.set('gateway/payments', appliedRecord(gateway()));
  const { decision: result, turns } = loop.pass();
  return { turns, minutes: (service.now - NOW) / MINUTE, state: result.resources.at(-1)?.state, service };
}

describe('a pass comes to an end against a service that', () => {
  it('never settles: after two hours, with looks half a minute apart', () => {
    const { minutes, turns, state } = runPass({ latency: () => Number.MAX_SAFE_INTEGER });
    expect(state).toBe('in-progress');
    expect(minutes).toBeGreaterThan(119);
    expect(minutes).toBeLessThan(122);
    expect(turns).toBeLessThan(300);
  });

  it('throttles every call', () => {
    const { minutes, turns, state, service } = runPass({ faults: { ...noFaults, throttle: 1 } });
    expect(state).toBe('failed');
    expect(minutes).toBeLessThan(60);
    expect(turns).toBeLessThan(100);
    expect(service.calls).toHaveLength(45);
  });

  it('loses every answer', () => {
    const { state, service } = runPass({ faults: { ...noFaults, lostResponse: 1 } });
    expect(state).toBe('ready');
    expect(service.calls).toHaveLength(1);
  });

  it('lets a target fail as soon as it is ready, again and again', () => {
    const { address } = ledger;
    let isReady = false;
    const { turns, state, service } = runPass({}, (misbehaving) => {
      const wasReady = isReady;
      isReady = misbehaving.actualState().get(address)?.status === 'READY';
      if (wasReady) misbehaving.failSpontaneously(address);
    });
    expect(['ready', 'failed']).toContain(state);
    expect(turns).toBeLessThan(60);
    expect(service.calls.length).toBeLessThan(10);
  });
});
