import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { answerPage } from '../../local/aws/httpApi/httpApi.ts';
import type { Page } from './browser.ts';
import { ConsentFixture } from './consentFixture.ts';
import { CLIENT_SECRET } from './consentManifest.ts';

let fixture: ConsentFixture;
const directory = mkdtempSync(join(tmpdir(), 'gateloop-secrets-'));
afterEach(async () => {
  await fixture.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('a request with clicks, an expired link, a reminder and a consent', () => {
  it('leaks no secret into a log, event, message, page or execution', async () => {
    fixture = await ConsentFixture.start({ behaviors: { expiredLink: 'fails' }, dataDirectory: directory });
    const pages: Page[] = [];
    const secrets = new Set([CLIENT_SECRET]);
    const browser = fixture.browser();
    const addSession = (provider: string) => {
      const { searchParams } = new URL(provider);
      for (const text of [provider, searchParams.get('request_uri')]) if (text) secrets.add(text);
    };
    addSession(await fixture.openProvider(browser));
    await fixture.advance(2 * 3_600_000);
    const provider = await fixture.openProvider(browser);
    addSession(provider);
    for (const value of browser.cookies.values()) secrets.add(value);
    pages.push(await browser.open(fixture.link()), await fixture.browser().open(fixture.link()));
    secrets.add(await fixture.userId());
    secrets.add(await fixture.taskToken());
    expect(secrets.has('')).toBe(false);
    pages.push(
      await fixture.followRefreshes(browser, await browser.open(await fixture.decide(provider, 'grant'))),
    );
    await fixture.settle();
    expect(secrets.size).toBeGreaterThanOrEqual(7);
    const screens = await consoleScreens(fixture);
    const written = {
      screens: screens.join('\n'),
      messages: JSON.stringify(fixture.messages()),
      events: JSON.stringify(fixture.events),
      pages: JSON.stringify(pages.map(({ headers, ...page }) => [page, [...headers]])),
      logs: readdirSync(join(directory, 'aws/logs'))
        .map((file) => readFileSync(join(directory, 'aws/logs', file), 'utf8'))
        .join('\n'),
      executions: JSON.stringify(
        fixture.gateloop.aws.stateMachines.list().map(({ name, input, output }) => [name, input, output]),
      ),
    };
    expect(written.logs).not.toBe('');
    for (const [where, text] of Object.entries(written)) {
      expect(text.length, where).toBeGreaterThan(10);
      for (const secret of secrets) {
        for (const form of [secret, encodeURIComponent(secret)])
          expect(text.includes(form), where).toBe(false);
      }
    }
    // Only messages, pages and the event `Authorization Required` may contain the link.
    const id = fixture.link().slice(-32);
    const elsewhere = fixture.events.filter((event) => event['detail-type'] !== 'Authorization Required');
    for (const text of [JSON.stringify(elsewhere), written.logs, written.executions, written.screens]) {
      expect(text.includes(id)).toBe(false);
    }
  });
});

/** Every screen of the console about the workspace, and the steps of each execution. */
async function consoleScreens({ gateloop, workspace }: ConsentFixture): Promise<string[]> {
  const read = async (path: string) => {
    const screen = await answerPage(gateloop, new Request(`http://127.0.0.1${path}`));
    expect([path, screen.status]).toEqual([path, 200]);
    return screen.text();
  };
  const own = `/workspaces/${workspace}`;
  const paths = ['/', '/inbox', own, `${own}/timeline`, `${own}/executions`];
  const screens = await Promise.all(paths.map(read));
  const executions = [...(screens.at(-1) ?? '').matchAll(/href="([^"]*\/executions\/[^"]+)"/g)];
  expect(executions.length).toBeGreaterThan(2);
  return [...screens, ...(await Promise.all(executions.map(([, path = '']) => read(path))))];
}

describe('an error that quotes the secret of its request', () => {
  it('is reported without the secret', async () => {
    fixture = await ConsentFixture.start({ dataDirectory: directory });
    fixture.gateloop.agentCore.setFaults([
      {
        fault: 'error',
        operation: 'UpdateOauth2CredentialProvider',
        error: 'ValidationException',
        message: `The secret "${CLIENT_SECRET}" is too short.`,
      },
    ]);
    fixture.upload(fixture.manifest().replace('clientId: abc', 'clientId: other'));
    await fixture.settle();
    const messages = JSON.stringify(fixture.messages());
    expect(messages).toContain('is too short.');
    const logs = readdirSync(join(directory, 'aws/logs'))
      .map((file) => readFileSync(join(directory, 'aws/logs', file), 'utf8'))
      .join('\n');
    const executions = JSON.stringify(fixture.gateloop.aws.stateMachines.list());
    for (const text of [messages, logs, executions, JSON.stringify(fixture.events)]) {
      expect(text.includes(CLIENT_SECRET)).toBe(false);
    }
  });
});
