import { ListGatewayTargetsCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultClock } from '../faults/faultClock.ts';
import { manifestOf, type System, startSystem, uploadWorkspace, writesIn } from './system.ts';

const MINUTE = 60_000;
const WORKSPACE = 'hanging';
const settings = '{ prune: true, selfHeal: true }';

let system: System;
afterEach(() => system.close());

/** The port with one method that does something else first. */
function before<Port extends object>(port: Port, method: keyof Port, wait: () => Promise<void>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...parameters: unknown[]) => {
        if (name === method) await wait();
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}

/** Where the step stands still that deletes a target: before it asks who has the lease, or in the Delete itself. */
type Place = 'before its check of the lease' | 'in the Delete';

/** The writes of the execution when it goes on. */
const writes: readonly [place: Place, late: Readonly<Record<string, number>>][] = [
  ['before its check of the lease', {}],
  ['in the Delete', { DeleteGatewayTarget: 1 }],
];

/** Starts a system in which a deletion hangs for ten minutes, twice as long as a lease. */
async function startHanging(place: Place) {
  const clock = new FaultClock();
  const progress = { hangs: 0, goneOn: 0 };
  const hangOnce = async () => {
    if (progress.hangs > 0) return;
    progress.hangs += 1;
    await clock.hang(10 * MINUTE);
    progress.goneOn += 1;
  };
  let isArmed = false;
  const hang = () => (isArmed ? hangOnce() : Promise.resolve());
  system = await startSystem({ clock: () => clock }, (ports, name) => {
    if (name !== 'provision') return ports;
    return place === 'in the Delete'
      ? { ...ports, controlPlane: before(ports.controlPlane, 'delete', hang) }
      : { ...ports, ledger: before(ports.ledger, 'readClaims', hang) };
  });
  return {
    progress,
    arm: () => {
      isArmed = true;
    },
  };
}

async function targetNames(): Promise<string[]> {
  const gatewayIdentifier = system.ledger.resource(WORKSPACE, `gateway/${WORKSPACE}`)?.record.id;
  const { items = [] } = await system.control.send(new ListGatewayTargetsCommand({ gatewayIdentifier }));
  return items.flatMap(({ name }) => name ?? []).sort();
}

describe('an execution that goes on after another one has taken over its lease', () => {
  it.each(writes)(
    'reconcile: an execution that hung %s makes no further write, overwrites no record, and the target is there in the end',
    async (place, late) => {
      const { progress, arm } = await startHanging(place);
      uploadWorkspace(system, WORKSPACE, ['one', 'two'], { settings });
      await system.settle();
      arm();
      system.upload(WORKSPACE, 'manifest.yaml', manifestOf(['two'], { gateway: WORKSPACE, settings }));
      await system.advance(MINUTE);
      expect(progress).toEqual({ hangs: 1, goneOn: 0 });
      const { stateMachines } = system.gateloop.aws;
      const [hanging] = stateMachines.list().filter(({ status }) => status === 'RUNNING');
      stateMachines.stop(hanging?.arn ?? '', { error: 'Stopped', cause: 'by an operator' });
      system.upload(WORKSPACE, 'manifest.yaml', manifestOf(['one', 'two'], { gateway: WORKSPACE, settings }));
      await system.advance(5 * MINUTE);
      system.requestReconcile(WORKSPACE);
      await system.advance(2 * MINUTE);
      expect(system.states(WORKSPACE)).toMatchObject({
        [`${WORKSPACE}/one`]: 'ready',
        [`${WORKSPACE}/two`]: 'ready',
      });
      expect(progress.goneOn).toBe(0);

      const records = await system.ledger.readResources(WORKSPACE);
      const calls = await system.callsDuring(() => system.advance(10 * MINUTE));
      expect(progress.goneOn).toBe(1);
      expect(writesIn(calls)).toEqual(late);
      expect(await system.ledger.readResources(WORKSPACE)).toEqual(records);

      await system.reconcile(WORKSPACE);
      expect(system.outcome(WORKSPACE).outcome).toBe('ready');
      expect(await targetNames()).toEqual(['one', 'two']);
      const quiet = await system.callsDuring(() => system.reconcile(WORKSPACE));
      expect(writesIn(quiet)).toEqual({});
    },
  );
});
