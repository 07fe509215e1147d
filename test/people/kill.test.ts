import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Browser, PAGES, type Shown } from './browser.ts';
import { Life, type Moment } from './killed.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const directory = mkdtempSync(join(tmpdir(), 'gateloop-kill-'));
let life: Life;
let now = Date.UTC(2026, 0, 1);
afterEach(async () => {
  await life.end();
  rmSync(directory, { recursive: true, force: true });
});

/** The next life of the system, with what was left of the one before taken up. */
async function live(moment?: Moment): Promise<void> {
  life = new Life(directory, now);
  await life.ask({ do: 'settle' });
  if (moment) await life.ask({ do: 'arm', moment });
}

/** Does something that the system dies of. */
async function dies(act: () => Promise<unknown>): Promise<void> {
  expect(await life.dieOf(act)).toBe('SIGKILL');
  now = life.now;
}

it('A consent survives that everything is killed at every step of it: one request, one outcome, one completion', async () => {
  const browser = new Browser((request) => life.answer(request));
  const sessions: string[] = [];
  const report = () => life.ask({ do: 'report', sessions });
  const follow = async (page: Shown): Promise<Shown> => {
    let present = page;
    for (let pages = 0; present.refresh && pages < 60; pages += 1) {
      await life.ask({ do: 'pass', ms: present.refresh.seconds * SECOND });
      present = await browser.open(present.refresh.url);
    }
    return present;
  };

  await live('told');
  await dies(() => life.ask({ do: 'upload' }));

  // Asked: whoever was told when it stopped may be told once more, of the same request.
  await live('operationBegun');
  const { links, executions } = await report();
  expect(links).toHaveLength(1);
  expect(executions).toEqual(['RUNNING']);
  const link = `${PAGES}/authorizations/${links[0]}`;

  // Waiting for the fresh link.
  await life.ask({ do: 'pass', ms: 25 * MINUTE });
  await dies(async () => follow(await browser.press(link)));

  // Between the return and the completion. The page that waits goes on where it was.
  await live();
  await follow(await browser.open(`${link}/go`));
  // Where that took too long, the page has said so.
  if (browser.provider === undefined) await follow(await browser.press(link));
  const provider = browser.provider ?? '';
  sessions.push(new URL(provider).searchParams.get('request_uri') ?? '');
  const back = await life.ask({ do: 'consent', url: provider });
  await life.ask({ do: 'arm', moment: 'beforeCompletion' });
  await dies(() => browser.open(back));

  // Between the completion and what is made of it: the browser's reload is all that is left.
  await live('afterCompletion');
  await life.ask({ do: 'pass', ms: 90 * SECOND });
  await dies(() => browser.open(back));

  // Between the outcome and those who wait for it.
  await live('ended');
  await life.ask({ do: 'pass', ms: 90 * SECOND });
  await dies(() => browser.open(back));

  await live();
  await life.ask({ do: 'pass', ms: 120 * MINUTE });
  await life.ask({ do: 'settle' });
  expect(await report()).toEqual({
    links,
    requests: ['completed'],
    tokens: 0,
    closings: ['completed'],
    executions: ['SUCCEEDED'],
    completed: 1,
  });
  expect((await browser.open(link)).title).toBe('Done: “issues” is ready');
}, 180_000);
