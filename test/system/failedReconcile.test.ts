import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/json.ts';
import { poll } from '../../functions/poll/poll.ts';
import { parsePollEvent } from '../../functions/poll/pollEvent.ts';
import { release } from '../../functions/release/release.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../../functions/testing/reconcileFixture.ts';
import { functionArn, startMachines } from '../../local/aws/stepFunctions/testing/startMachines.ts';
import {
  functionPlaceholder,
  PARTITION_PLACEHOLDER,
  readDefinition,
  stateMachinePlaceholder,
} from '../../workflows/workflowCatalog.ts';

const FUNCTIONS = ['poll', 'release', 'notify', 'provision', 'sync', 'watch-tools'] as const;

/** Longer than the retries of a poll take, in ms. */
const LONG_ENOUGH = 600_000;

/** What Lambda hands to the state machine. */
const toJson = (result: object): JsonValue => JSON.parse(JSON.stringify(result));

/**
 * Runs the workflow `reconcile` with its real poll and release. During the first poll, another execution finds the lease
 * held.
 *
 * @param fails how many executions fail in every poll
 * @returns how many executions there were, and what the last one decided
 */
async function reconcileWithEvent(fixture: ReconcileFixture, fails: number) {
  const executions: unknown[] = [];
  let isMarked = false;
  let next: string | undefined;
  const { stateMachines, clock } = startMachines({
    machines: [
      {
        name: 'reconcile',
        definition: JSON.parse(readDefinition('reconcile')),
        substitutions: {
          [PARTITION_PLACEHOLDER]: 'aws',
          ...Object.fromEntries(FUNCTIONS.map((name) => [functionPlaceholder(name), functionArn(name)])),
          [stateMachinePlaceholder('authorize')]: 'never started',
        },
      },
    ],
    functions: {
      poll: async (payload) => {
        if (!executions.includes(payload.execution)) executions.push(payload.execution);
        // The account grants the reads of each second anew.
        fixture.now += 1000;
        const isFailing = executions.length <= fails;
        fixture.controlPlane.script.beforeNext('list', async () => {
          if (!isMarked) await fixture.poll({ leaseHolder: 'another' });
          isMarked = true;
          if (isFailing) throw new Error('killed');
        });
        const state = await poll(parsePollEvent(payload), fixture);
        next = state.next;
        return toJson(state);
      },
      release: async (payload) => toJson(await release(parsePollEvent(payload), fixture)),
      notify: () => ({}),
    },
  });
  const { arn } = stateMachines.start('reconcile', { workspace: WORKSPACE });
  await clock.advance(LONG_ENOUGH);
  return { status: stateMachines.describe(arn).status, executions: executions.length, next };
}

describe('reconcile: an execution whose poll fails after all its retries', () => {
  it('reconcile: starts another one for the event that found the lease held', async () => {
    const fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
    await fixture.ledger.abandonLease(WORKSPACE, 'execution');
    const result = await reconcileWithEvent(fixture, 1);
    expect(result).toEqual({ status: 'FAILED', executions: 2, next: 'settled' });
    expect(fixture.ledger.lease(WORKSPACE)).toBeUndefined();
  });

  it('reconcile: starts no third one when the second fails as well, and frees the lease', async () => {
    const fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
    await fixture.ledger.abandonLease(WORKSPACE, 'execution');
    const result = await reconcileWithEvent(fixture, Number.POSITIVE_INFINITY);
    expect(result).toEqual({ status: 'FAILED', executions: 2, next: undefined });
    expect(fixture.ledger.lease(WORKSPACE)).toBeUndefined();
  });
});
