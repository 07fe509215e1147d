import { describe, expect, it } from 'vitest';
import type { PublishEvent, ServiceEvent } from '../eventOutbox.ts';
import { startEmulator } from '../testing/emulator.ts';

async function submitRecord(publish: PublishEvent) {
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

const idOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

describe('RegistryEvents', () => {
  it('publishes an event for each status of a record in order, with ids only', async () => {
    const events: ServiceEvent[] = [];
    const { control, clock, registryId, recordId } = await submitRecord((event) => void events.push(event));
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
      detail: { registryRecordId: idOf(recordId), registryId: idOf(registryId) },
      resources: [recordId],
    });
  });

  it('repeats an event until the bus accepts it', async () => {
    let failures = 2;
    const published: string[] = [];
    const { clock } = await submitRecord((event) => {
      if (event.detailType.endsWith('Approval') && failures > 0) {
        failures -= 1;
        throw new Error('the bus is down');
      }
      published.push(event.detailType);
    });
    expect(published).toHaveLength(1);
    await clock.advance(10_000);
    expect(published).toHaveLength(2);
    await clock.advance(60_000);
    expect(published).toHaveLength(2);
  });
});
