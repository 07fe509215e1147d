import { describe, expect, it } from 'vitest';
import { startEmulator } from '../testing/emulator.ts';
import type { PublishEvent, RegistryEvent } from './registryEvents.ts';

async function submitted(publish: PublishEvent) {
  const { control, clock } = await startEmulator({ publish });
  const { registryArn: registryId = '' } = await control.createRegistry({ name: 'tools' });
  await clock.advance(10_000);
  const { recordArn: recordId = '' } = await control.createRegistryRecord({
    registryId,
    name: 'server',
    descriptorType: 'CUSTOM',
  });
  await clock.advance(5000);
  await control.submitRegistryRecordForApproval({ registryId, recordId });
  await clock.advance(1);
  return { control, clock, registryId, recordId };
}

const idIn = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

describe('the events of registry records', () => {
  it('announce each state in order, with ids only', async () => {
    const events: RegistryEvent[] = [];
    const { control, clock, registryId, recordId } = await submitted((event) => void events.push(event));
    await control.updateRegistryRecordStatus({
      registryId,
      recordId,
      status: 'APPROVED',
      statusReason: 'fine',
    });
    await clock.advance(1);
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Registry Record State changed to Draft',
      'Registry Record State changed to Pending Approval',
      'Registry Record State changed to Approved',
    ]);
    expect(events[1]).toMatchObject({
      source: 'aws.agent-registry',
      detail: { registryRecordId: idIn(recordId), registryId: idIn(registryId) },
      resources: [recordId],
    });
  });

  it('come again until they are taken', async () => {
    let refusals = 2;
    const taken: string[] = [];
    const { clock } = await submitted((event) => {
      if (event.detailType.endsWith('Approval') && refusals > 0) {
        refusals -= 1;
        throw new Error('the bus is down');
      }
      taken.push(event.detailType);
    });
    expect(taken).toHaveLength(1);
    await clock.advance(10_000);
    expect(taken).toHaveLength(2);
    await clock.advance(60_000);
    expect(taken).toHaveLength(2);
  });
});
