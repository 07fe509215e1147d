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

/** The next life of the system, with what was left of the one before taken up. */
async function startSystem(moment?: CrashPoint): Promise<void> {
  system = new CrashableSystem(directory, now);
  await system.send({ do: 'settle' });
  if (moment) await system.send({ do: 'arm', moment });
}

/** Does something that the system dies of. */
async function expectCrash(act: () => Promise<unknown>): Promise<void> {
  expect(await system.runUntilCrash(act)).toBe('SIGKILL');
  now = system.now;
}

it('A consent survives that everything is killed at every step of it: one request, one outcome, one completion', async () => {
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

  await startSystem('told');
  await expectCrash(() => system.send({ do: 'upload' }));

  // Asked: whoever was told when it stopped may be told once more, of the same request.
  await startSystem('operationBegun');
  const { links, executions } = await report();
  expect(links).toHaveLength(1);
  expect(executions).toEqual(['RUNNING']);
  const link = `${PAGES_URL}/authorizations/${links[0]}`;

  // Waiting for the fresh link.
  await system.send({ do: 'pass', ms: 25 * MINUTE });
  await expectCrash(async () => follow(await browser.submit(link)));

  // Between the return and the completion. The page that waits goes on where it was.
  await startSystem();
  await follow(await browser.open(`${link}/go`));
  // Where that took too long, the page has said so.
  if (browser.providerUrl === undefined) await follow(await browser.submit(link));
  const provider = browser.providerUrl ?? '';
  sessions.push(new URL(provider).searchParams.get('request_uri') ?? '');
  const back = await system.send({ do: 'consent', url: provider });
  await system.send({ do: 'arm', moment: 'beforeCompletion' });
  await expectCrash(() => browser.open(back));

  // Between the completion and what is made of it: the browser's reload is all that is left.
  await startSystem('afterCompletion');
  await system.send({ do: 'pass', ms: 90 * SECOND });
  await expectCrash(() => browser.open(back));

  // Between the outcome and those who wait for it.
  await startSystem('ended');
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
