import { describe, expect, it } from 'vitest';
import {
  measureForeignChanges,
  measureQuietPasses,
  measureSnapshots,
} from '../../bench/controlPlaneReads.ts';

describe('the calls to the control plane', () => {
  it('are one page of ListGateways and one ListGatewayTargets for each gateway in a quiet pass', async () => {
    const [one, twenty] = await measureQuietPasses([1, 20]);
    const quiet = { writes: 0, gets: 0, listGateways: 1 };
    expect(one).toEqual({ ...quiet, gateways: 1, targets: 5, listGatewayTargets: 1, calls: 2, polls: 1 });
    // Eight gateways in a poll: the service grants ten Lists a second.
    expect(twenty).toEqual({
      ...quiet,
      gateways: 20,
      targets: 100,
      listGatewayTargets: 20,
      calls: 21,
      polls: 3,
    });
  });

  it('are one Get after each write to a target, and to a gateway one besides the looks of the hold, and one before its update', async () => {
    const [create, update, ...targets] = await measureSnapshots();
    expect(create).toMatchObject({ write: 'CreateGateway', writes: 1, getsBefore: 0 });
    expect(update).toMatchObject({ write: 'UpdateGateway', writes: 1, getsBefore: 1 });
    // A gateway takes 0.8 s at most and is looked at every 0.4 s, until it is ready and poll reads it.
    for (const gateway of [create, update]) expect(gateway?.getsAfter).toBeLessThanOrEqual(4);
    expect(targets).toEqual([
      { write: 'CreateGatewayTarget', writes: 1, getsBefore: 0, getsAfter: 1 },
      { write: 'UpdateGatewayTarget', writes: 1, getsBefore: 0, getsAfter: 1 },
    ]);
  });

  it('undo a foreign change within three seconds and the time of the operations', async () => {
    const changes = await measureForeignChanges();
    expect(changes.map(({ changed }) => changed)).toEqual(['gateway', 'target']);
    for (const { otherSeconds, operationSeconds } of changes) {
      expect(operationSeconds).toBeGreaterThan(0);
      expect(otherSeconds).toBeLessThanOrEqual(3);
    }
  });
});
