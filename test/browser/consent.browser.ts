import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BedrockAgentCoreControlClient,
  ListGatewaysCommand,
  ListGatewayTargetsCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { reservePort } from '../../cli/start/reservePort.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { startExamples } from '../../examples/startExamples.ts';
import type { Behaviors } from '../../local/agentcore/settings/behaviors.ts';
import { serveConsole } from '../../local/console/serveConsole.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import { CLIENT_SECRET, manifest } from '../authorization/consentManifest.ts';
import { startChromium } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PORT = 4791;
const PAGES = `http://127.0.0.1:${PORT}`;
/** Simulated seconds per real second: a link is valid for a real minute, which suffices on a busy machine. */
const SPEED = 10;
/** A link expires within 20 real seconds, which still leaves enough time to log in with the next one. */
const FAST = 30;

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Starts Gateloop with one target, an MCP server behind it, and a server for the pages. */
async function start(behaviors: Partial<Behaviors> = {}, speed = SPEED): Promise<Gateloop> {
  const examples = await startExamples();
  closing.push(() => examples.close());
  const gateloop = await startGateloop({
    guardrails: openGuardrailsFile,
    clock: () => new ScaledClock(speed, Date.now()),
    authorizationUrl: PAGES,
    agentCore: { endpoints: examples.endpoints, behaviors },
    secrets: { ...examples.secrets, 'shared/github': CLIENT_SECRET },
    schedules: false,
  });
  const held = await reservePort(PORT);
  serveConsole(gateloop, held.server);
  closing.push(() => gateloop.close(), held.close);
  gateloop.aws.buckets.put(SPEC_BUCKET, 'workspaces/repositories/manifest.yaml', Buffer.from(manifest()));
  await gateloop.aws.idle();
  return gateloop;
}

/** Opens a tab in a new browser context, which has no cookies and the width of a phone. */
async function newTab(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  closing.push(() => context.close());
  return context.newPage();
}

function linkOf(gateloop: Gateloop): string {
  const texts = gateloop.aws.outbox.list().map(({ message }) => message);
  return /http\S+\/authorizations\/[0-9a-f]{32}/.exec(texts.join('\n'))?.[0] ?? '';
}

/** Reads the provider's link from AWS, as a person could who saw it on another person's screen. */
async function providerLink({ agentCore }: Gateloop): Promise<string> {
  const client = new BedrockAgentCoreControlClient({
    endpoint: agentCore.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });
  const { items: [gateway] = [] } = await client.send(new ListGatewaysCommand({}));
  const { items: [target] = [] } = await client.send(
    new ListGatewayTargetsCommand({ gatewayIdentifier: gateway?.gatewayId }),
  );
  return target?.authorizationData?.oauth2?.authorizationUrl ?? '';
}

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const heading = (page: Page, text: string | RegExp) =>
  page.getByRole('heading', { level: 1, name: text }).waitFor({ timeout: 30_000 });

async function logIn(page: Page, decision: 'Log in and allow' | 'Decline'): Promise<void> {
  await heading(page, 'Local identity provider');
  await press(page, decision);
}

describe('a person with a browser in the width of a phone', () => {
  it('follows the link of the message through the login, and sees that the target is ready', async () => {
    const gateloop = await start();
    const page = await newTab();
    await page.goto(linkOf(gateloop));
    await heading(page, 'May agents use “issues” for you?');
    await press(page, 'Go on to the login');
    await logIn(page, 'Log in and allow');
    await heading(page, 'Done: “issues” is ready');
    expect(await page.locator('main').textContent()).toContain('said yes');
    // The page of a closed request shows its outcome.
    const other = await newTab();
    await other.goto(linkOf(gateloop));
    await heading(other, 'Done: “issues” is ready');
  });

  it('declines at the login, and can then ask for a new request', async () => {
    const gateloop = await start();
    const page = await newTab();
    await page.goto(linkOf(gateloop));
    await press(page, 'Go on to the login');
    await logIn(page, 'Decline');
    await heading(page, 'The answer was no');
    await press(page, 'Ask for a new request');
    await heading(page, 'A new request is on its way');
  });

  it('opens the link 12 minutes after the message, and gets a login whose link is still valid', async () => {
    const gateloop = await start({ expiredLink: 'fails' }, FAST);
    await gateloop.aws.until(() => false, 12 * 60_000).catch(() => {});
    const page = await newTab();
    await page.goto(linkOf(gateloop));
    await press(page, 'Go on to the login');
    await logIn(page, 'Log in and allow');
    await heading(page, 'Done: “issues” is ready');
  });

  it('cannot finish in another browser the authorization that they started', async () => {
    const gateloop = await start();
    const [page, other] = [await newTab(), await newTab()];
    await page.goto(linkOf(gateloop));
    await press(page, 'Go on to the login');
    await heading(page, 'Local identity provider');
    const authorization = await providerLink(gateloop);
    await other.goto(authorization);
    await logIn(other, 'Log in and allow');
    await heading(other, 'Please start again in this browser');
    expect(gateloop.agentCore.calls().CompleteResourceTokenAuth).toBeUndefined();
  });

  it('finds the request open after a link scanner opened every link', async () => {
    const gateloop = await start();
    const scanner = await newTab();
    for (const step of ['', '/next', '/go', '/refuse', '/decide', '/again']) {
      await scanner.request.get(`${linkOf(gateloop)}${step}`);
    }
    const page = await newTab();
    await page.goto(linkOf(gateloop));
    await heading(page, 'May agents use “issues” for you?');
    expect(await scanner.context().cookies()).toEqual([]);
  });
});

describe('npm start', () => {
  it('prints the address of the console first, then the link of a request, and a person who follows it sees that the target is ready', async () => {
    const data = mkdtempSync(join(tmpdir(), 'gateloop-browser-'));
    closing.push(() => rmSync(data, { recursive: true, force: true }));
    const port = PORT + 1;
    const child = spawn('npm', ['start', '--', '--port', String(port), '--data', data], {
      cwd: ROOT,
      detached: true,
    });
    closing.push(() => stopGroup(child));
    // npm prints two lines of its own before.
    await outputMatching(child, new RegExp(`^\\s*(> .*\\n)*\\s*The console is at http://127.0.0.1:${port} `));
    const link = await outputMatching(child, /http:\/\/127\.0\.0\.1:\d+\/authorizations\/[0-9a-f]{32}/);
    const page = await newTab();
    await page.goto(link);
    await press(page, 'Go on to the login');
    await logIn(page, 'Log in and allow');
    await heading(page, 'Done: “issues” is ready');
  });
});

/** Resolves to the first match in the process's output. */
function outputMatching(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [found] = pattern.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`npm start ended:\n${output}`)));
  });
}

/** Sends SIGTERM to the whole process group, because npm does not forward signals to its child. */
function stopGroup(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.pid === undefined) return resolve();
    child.once('exit', () => resolve());
    process.kill(-child.pid, 'SIGTERM');
  });
}
