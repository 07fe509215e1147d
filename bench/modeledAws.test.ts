import { describe, expect, it } from 'vitest';
import { measuredManifest } from './manifests.ts';
import { ModeledAws } from './modeledAws.ts';
import { createGateway, createTargets, scripts } from './scripts.ts';

const overheads = { transition: 40, invocation: 150, call: 100 };
const latencies = {
  ...{ CreateGateway: { min: 700, max: 700 }, CreateGatewayTarget: { min: 700, max: 700 } },
};
const start = () => ModeledAws.start({ overheads, latencies, seed: 1 });

describe('ModeledAws', () => {
  it('ModeledAws: adds the time of a poll and its calls to simulated time', async () => {
    const aws = await start();
    aws.upload('a', measuredManifest({ gateway: 'a', targets: 2 }));
    await aws.settle();
    aws.forget();
    const usage = await aws.measure(async () => {
      aws.reconcile('a');
      await aws.settle();
    });
    // The invocation, ListGateways, and ListGatewayTargets after it.
    expect(aws.pollingTime()).toBe(150 + 100 + 100);
    expect(usage).toMatchObject({ transitions: 6, calls: { ListGateways: 1, ListGatewayTargets: 1 } });
    await aws.close();
  });

  it.each([
    ['one after the other', 'helper', 4 * 2300],
    // The first four begin 0.2 s apart.
    ['five at once', 'script', 3 * 200 + 2300],
  ])('createTargets: creates four targets %s', async (_, name, expected) => {
    const aws = await start();
    const script = scripts.find((each) => each.name === name);
    if (!script) throw new Error('There is no such script.');
    let gateway = '';
    await aws.runScript(
      createGateway(aws).then((id) => {
        gateway = id;
      }),
    );
    const startedAt = aws.clock.now();
    await aws.runScript(createTargets(aws, script, gateway, 4));
    // Create, Get, 2 s, Get.
    expect(aws.clock.now() - startedAt).toBe(expected);
    expect(aws.targetDurations()).toEqual([700, 700, 700, 700]);
    await aws.close();
  });
});
