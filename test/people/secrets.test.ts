import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Shown } from './browser.ts';
import { Scene, SECRET } from './scene.ts';

let scene: Scene;
const directory = mkdtempSync(join(tmpdir(), 'gateloop-secrets-'));
afterEach(async () => {
  await scene.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('A whole run, with clicks, a lapse, a reminder and a consent', () => {
  it('writes nothing secret into any log, event, message, page or result', async () => {
    scene = await Scene.start({ switches: { lapsedLink: 'fails' }, dataDirectory: directory });
    const pages: Shown[] = [];
    const secrets = new Set([SECRET]);
    const browser = scene.browser();
    const note = (provider: string) => {
      const { searchParams } = new URL(provider);
      for (const text of [provider, searchParams.get('request_uri')]) if (text) secrets.add(text);
    };
    note(await scene.toProvider(browser));
    await scene.pass(2 * 3_600_000);
    const provider = await scene.toProvider(browser);
    note(provider);
    for (const value of browser.cookies.values()) secrets.add(value);
    pages.push(await browser.open(scene.link()), await scene.browser().open(scene.link()));
    secrets.add(await scene.userId());
    secrets.add(await scene.taskToken());
    expect(secrets.has('')).toBe(false);
    pages.push(await scene.follow(browser, await browser.open(await scene.decide(provider, 'grant'))));
    await scene.settle();
    expect(secrets.size).toBeGreaterThanOrEqual(7);
    const written = {
      messages: JSON.stringify(scene.messages()),
      events: JSON.stringify(scene.events),
      pages: JSON.stringify(pages.map(({ headers, ...page }) => [page, [...headers]])),
      logs: readdirSync(join(directory, 'aws/logs'))
        .map((file) => readFileSync(join(directory, 'aws/logs', file), 'utf8'))
        .join('\n'),
      executions: JSON.stringify(
        scene.gateloop.aws.stateMachines.list().map(({ name, input, output }) => [name, input, output]),
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
    // The link itself stands in messages and in the one event that hands it on, and nowhere else.
    const id = scene.link().slice(-32);
    const elsewhere = scene.events.filter((event) => event['detail-type'] !== 'Authorization Required');
    for (const text of [JSON.stringify(elsewhere), written.logs, written.executions]) {
      expect(text.includes(id)).toBe(false);
    }
  });
});

describe('A service that quotes in an error what it was sent', () => {
  it('is told without the secret', async () => {
    scene = await Scene.start({ dataDirectory: directory });
    scene.gateloop.agentCore.setFaults([
      {
        fault: 'error',
        operation: 'UpdateOauth2CredentialProvider',
        error: 'ValidationException',
        message: `The secret "${SECRET}" is too short.`,
      },
    ]);
    scene.upload(scene.manifest().replace('clientId: abc', 'clientId: other'));
    await scene.settle();
    const messages = JSON.stringify(scene.messages());
    expect(messages).toContain('is too short.');
    const logs = readdirSync(join(directory, 'aws/logs'))
      .map((file) => readFileSync(join(directory, 'aws/logs', file), 'utf8'))
      .join('\n');
    const executions = JSON.stringify(scene.gateloop.aws.stateMachines.list());
    for (const text of [messages, logs, executions, JSON.stringify(scene.events)]) {
      expect(text.includes(SECRET)).toBe(false);
    }
  });
});
