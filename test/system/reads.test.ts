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

  it('are one Get after each write, and one before the update of a gateway, which has members that cannot change', async () => {
    expect(await measureSnapshots()).toEqual([
      { write: 'CreateGateway', writes: 1, getsBefore: 0, getsAfter: 1 },
      { write: 'UpdateGateway', writes: 1, getsBefore: 1, getsAfter: 1 },
      { write: 'CreateGatewayTarget', writes: 1, getsBefore: 0, getsAfter: 1 },
      { write: 'UpdateGatewayTarget', writes: 1, getsBefore: 0, getsAfter: 1 },
    ]);
  });

  it('undo a foreign change within ten seconds and the time of the operations', async () => {
    const changes = await measureForeignChanges();
    expect(changes.map(({ changed }) => changed)).toEqual(['gateway', 'target']);
    for (const { otherSeconds, operationSeconds } of changes) {
      expect(operationSeconds).toBeGreaterThan(0);
      expect(otherSeconds).toBeLessThanOrEqual(10);
    }
  });
});
