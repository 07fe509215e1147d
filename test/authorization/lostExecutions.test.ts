import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from 'vitest';
import { emulatorSettings } from '../system/system.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const system = sharedSystem(() => ({ schedules: true }));
let fixture: ConsentFixture;
afterEach(() => fixture.close());

const settings = 'authorization: { remindAfter: [1 hour], escalateAfter: 2 hours, expireAfter: 3 hours }';
const subjects = () => fixture.messages().map(({ subject = '' }) => subject.split(':')[0]);
const outcomes = () => fixture.closedEvents().map(({ outcome }) => outcome);

/** A workspace whose request has an execution that an operator has stopped. */
async function withStoppedExecution(): Promise<void> {
  fixture = await ConsentFixture.start({ system: system(), settings });
  const { aws } = fixture.gateloop;
  const client = new SFNClient(emulatorSettings(aws.environment.AWS_ENDPOINT_URL_SFN ?? ''));
  for (const { arn } of fixture.authorizations())
    await client.send(new StopExecutionCommand({ executionArn: arn }));
  client.destroy();
  expect(fixture.authorizations().map(({ status }) => status)).toEqual(['ABORTED']);
}

describe('a request whose execution is dead', () => {
  it('is reminded of and escalated by the drift passes, and expires, and its page offers a new one', async () => {
    await withStoppedExecution();
    const first = fixture.link();
    const asked = subjects().length;
    await fixture.advance(HOUR + 20 * MINUTE);
    expect(subjects().slice(asked)).toEqual(['Gateloop, a reminder']);
    await fixture.advance(HOUR);
    expect(subjects().slice(asked)).toHaveLength(3);
    await fixture.advance(HOUR);
    expect(outcomes()).toEqual(['expired']);
    expect((await fixture.resourceRecord())?.state).toBe('failed');
    expect((await fixture.browser().open(first)).title).toBe('This request has expired');
    // The target can be asked about again: the new request has an execution of its own.
    await fixture.browser().submit(`${first}/again`);
    await fixture.advance(MINUTE);
    expect(fixture.link()).not.toBe(first);
    expect(
      fixture
        .authorizations()
        .map(({ status }) => status)
        .sort(),
    ).toEqual(['ABORTED', 'RUNNING']);
  });

  it('can be answered', async () => {
    await withStoppedExecution();
    expect((await fixture.consent(fixture.browser())).title).toBe('Done: “issues” is ready');
    await fixture.settle();
    expect(outcomes()).toEqual(['completed']);
  });

  it('is withdrawn when the target no longer needs it', async () => {
    await withStoppedExecution();
    await fixture.consentInConsole();
    await fixture.reconcile();
    expect(outcomes()).toEqual(['withdrawn']);
  });
});
