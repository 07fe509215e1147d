import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { PAGES_URL } from '../system/system.ts';
import { Browser, type Page } from './browser.ts';
import { CrashableSystem, type CrashPoint } from './crashableSystem.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const directory = mkdtempSync(join(tmpdir(), 'gateloop-kill-'));
let system: CrashableSystem;
let now = Date.UTC(2026, 0, 1);
afterEach(async () => {
  await system.kill();
  rmSync(directory, { recursive: true, force: true });
});

/** Starts the system again on the data that the killed one left. */
async function startSystem(moment?: CrashPoint): Promise<void> {
  system = new CrashableSystem(directory, now);
  await system.send({ do: 'settle' });
  if (moment) await system.send({ do: 'arm', moment });
}

/** Runs an action during which the system kills itself. */
async function expectCrash(act: () => Promise<unknown>): Promise<void> {
  expect(await system.runUntilCrash(act)).toBe('SIGKILL');
  now = system.now;
}

it('a consent survives a kill at each of its steps with one request, one outcome and one completion', async () => {
  const browser = new Browser((request) => system.handleRequest(request));
  const sessions: string[] = [];
  const report = () => system.send({ do: 'report', sessions });
  const follow = async (page: Page): Promise<Page> => {
    let present = page;
    for (let pages = 0; present.refresh && pages < 60; pages += 1) {
      await system.send({ do: 'pass', ms: present.refresh.seconds * SECOND });
      present = await browser.open(present.refresh.url);
    }
    return present;
  };

  await startSystem('messageSent');
  await expectCrash(() => system.send({ do: 'upload' }));

  // Gateloop sent the message before the crash. It may send it again, with the link to the same request.
  await startSystem('operationStarted');
  const { links, executions } = await report();
  expect(links).toHaveLength(1);
  expect(executions).toEqual(['RUNNING']);
  const link = `${PAGES_URL}/authorizations/${links[0]}`;

  // The crash comes while the page waits for a fresh link.
  await system.send({ do: 'pass', ms: 25 * MINUTE });
  await expectCrash(async () => follow(await browser.submit(link)));

  // The crash comes between the callback and the completion. The waiting page continues where it was.
  await startSystem();
  await follow(await browser.open(`${link}/go`));
  // If that took too long, the page asks for another click.
  if (browser.providerUrl === undefined) await follow(await browser.submit(link));
  const provider = browser.providerUrl ?? '';
  sessions.push(new URL(provider).searchParams.get('request_uri') ?? '');
  const back = await system.send({ do: 'consent', url: provider });
  await system.send({ do: 'arm', moment: 'beforeCompletion' });
  await expectCrash(() => browser.open(back));

  // The crash comes after the completion, before its result is stored: only a reload can continue.
  await startSystem('afterCompletion');
  await system.send({ do: 'pass', ms: 90 * SECOND });
  await expectCrash(() => browser.open(back));

  // The crash comes after the outcome is stored, before Gateloop publishes it.
  await startSystem('outcomeStored');
  await system.send({ do: 'pass', ms: 90 * SECOND });
  await expectCrash(() => browser.open(back));

  await startSystem();
  await system.send({ do: 'pass', ms: 120 * MINUTE });
  await system.send({ do: 'settle' });
  expect(await report()).toEqual({
    links,
    requests: ['completed'],
    tokens: 0,
    closedOutcomes: ['completed'],
    executions: ['SUCCEEDED'],
    completed: 1,
  });
  expect((await browser.open(link)).title).toBe('Done: “issues” is ready');
}, 180_000);
