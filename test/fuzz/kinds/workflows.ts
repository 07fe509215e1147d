import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { InMemoryNotifier } from '../../../adapters/inMemory/inMemoryNotifier.ts';
import type { JsonValue } from '../../../core/json.ts';
import { createHandler as notify } from '../../../functions/notify/createHandler.ts';
import { createHandler as poll } from '../../../functions/poll/createHandler.ts';
import { createHandler as registryApprovals } from '../../../functions/registry-approvals/createHandler.ts';
import { createHandler as release } from '../../../functions/release/createHandler.ts';
import { createHandler as schedule } from '../../../functions/schedule/createHandler.ts';
import { manifestWith, PAGES_URL, ReconcileFixture } from '../../../functions/testing/reconcileFixture.ts';
import { createHandler as trigger } from '../../../functions/trigger/createHandler.ts';
import { fuzzKind, resultOrRefusal } from '../fuzzKind.ts';
import { mutatedValue } from '../mutations.ts';
import { promise } from '../promises.ts';
import { stepEvents } from './events.ts';

type StepName = keyof typeof steps;

interface Invocation {
  readonly step: StepName;
  readonly event: JsonValue;
}

/** A workspace that was reconciled, on ports in memory. */
function world() {
  const fixture = new ReconcileFixture(manifestWith());
  fixture.records.putRegistry('Registry0001');
  return Object.assign(fixture, {
    notifier: new InMemoryNotifier(),
    newId: () => '0'.repeat(32),
    sleep: async () => {},
    random: () => 0.5,
  });
}

const steps = {
  poll,
  release,
  schedule,
  trigger,
  registryApprovals,
  notify,
} satisfies Readonly<
  Record<
    string,
    (ports: ReturnType<typeof world> & { authorizationUrl: string; clock: () => number }) => unknown
  >
>;

const eventsOf: Readonly<Record<StepName, readonly JsonValue[]>> = {
  poll: stepEvents.poll,
  release: stepEvents.poll,
  schedule: stepEvents.schedule,
  trigger: stepEvents.trigger,
  registryApprovals: stepEvents.registryApprovals,
  // The states of a reconciliation are poll's own results, which the state machine passes on unchanged.
  notify: stepEvents.notify.filter((event) => !('state' in event)),
};
const names = Object.keys(steps) as readonly StepName[];

const lambdaContext = { awsRequestId: 'call-1', functionName: 'step' } as Context;
/** The states of a workflow hold 256 KB. */
const MAX_RESULT_LENGTH = 200_000;

export const workflowKind = fuzzKind<Invocation>({
  name: 'workflows',
  fuzzed:
    'the handlers of the steps that begin workflows, with events and inputs of executions, on ports in memory',
  share: 0.02,
  inputs: fc.oneof(...names.map((step) => mutatedValue(eventsOf[step]).map((event) => ({ step, event })))),
  async check({ step, event }) {
    const handler = steps[step](Object.assign(world(), { authorizationUrl: PAGES_URL, clock: () => 0 }));
    const result = await resultOrRefusal(() => handler(event, lambdaContext));
    promise(
      (JSON.stringify(result)?.length ?? 0) < MAX_RESULT_LENGTH,
      'a result fits into the state of a workflow',
    );
  },
});
