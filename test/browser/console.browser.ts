import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { layout, type Screen, screenHeaders } from '../../functions/console/screens/layout.ts';
import { workspaceScreen } from '../../functions/console/screens/workspaceScreen.ts';
import { sampleTools, sampleWorkspace } from '../../functions/console/testing/sampleViews.ts';
import { serveConsole } from '../../local/console/serveConsole.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import { CLIENT_SECRET, manifest } from '../authorization/consentManifest.ts';
import { startChromium } from './chromium.ts';
import { sampleFrame, sampleScreens } from './sampleScreens.ts';
import { displays, expectSound, serveApp, visit } from './visits.ts';

let browser: Browser;
let server: Awaited<ReturnType<typeof serveApp>>;
/** What the path /changing shows. */
let changing: Screen = workspaceScreen({ workspace: sampleWorkspace, tools: sampleTools });

beforeAll(async () => {
  const app = new Hono();
  app.use(etag());
  app.get('/:name', (context) => {
    const name = context.req.param('name');
    const screen = name === 'changing' ? changing : sampleScreens[name];
    if (!screen) return context.notFound();
    for (const [header, value] of Object.entries(screenHeaders)) context.header(header, value);
    return context.html(layout(screen, sampleFrame));
  });
  server = await serveApp(app);
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  server.close();
});

describe.each(Object.keys(sampleScreens))('the screen "%s"', (name) => {
  it.each(displays)('fits the window, and has no accessibility violation: %s', async (display, options) => {
    await expectSound(browser, `${server.origin}/${name}`, options, `console-${name}.${display}`);
  });
});

describe('a screen that is looked at', () => {
  it('takes over what has changed, and leaves unfolded what the reader has unfolded', async () => {
    const errors = await visit(browser, `${server.origin}/changing`, {}, async (page) => {
      const knowledge = page.locator('[id="gatewayTarget/support/knowledge"]');
      await knowledge.locator('summary').click();
      await knowledge.locator('summary').focus();
      const [problem] = sampleWorkspace.problems;
      changing = workspaceScreen({
        workspace: {
          ...sampleWorkspace,
          problems: problem ? [{ ...problem, message: 'Something else is odd.' }] : [],
        },
        tools: sampleTools,
      });
      await page.getByText('Something else is odd.').waitFor({ timeout: 20_000 });
      expect(await knowledge.getAttribute('open')).toBe('');
      expect(await page.locator('#live').textContent()).toBe('Live');
    });
    expect(errors).toEqual([]);
  });

  it('is whole without a script', async () => {
    await visit(browser, `${server.origin}/fleet`, { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('#live').textContent()).toBe('Load the page again to see changes.');
      expect(await page.getByRole('link', { name: 'logistics' }).isVisible()).toBe(true);
    });
  });

  it('changes nothing in a form that the reader has begun', async () => {
    const app = new Hono();
    let requests = 0;
    app.get('/', (context) => {
      requests += 1;
      for (const [header, value] of Object.entries(screenHeaders)) context.header(header, value);
      return context.html(layout(sampleScreens['fleet-filtered'] as Screen, sampleFrame));
    });
    const own = await serveApp(app);
    await visit(browser, `${own.origin}/`, {}, async (page) => {
      await page.getByRole('textbox').fill('payments');
      await page.getByRole('textbox').blur();
      await page.waitForTimeout(5_000);
      expect(await page.getByRole('textbox').inputValue()).toBe('payments');
    });
    own.close();
    expect(requests).toBe(1);
  });
});

describe('the console of this machine', () => {
  let gateloop: Gateloop;
  let origin: string;
  const http = createServer();
  beforeAll(async () => {
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    gateloop = await startGateloop({
      guardrails: openGuardrailsFile,
      clock: () => new ScaledClock(10, Date.now()),
      authorizationUrl: origin,
      agentCore: { behaviors: { unreachable: 'accepted' } },
      secrets: { 'shared/github': CLIENT_SECRET },
      schedules: false,
    });
    serveConsole(gateloop, http);
    gateloop.aws.buckets.put(SPEC_BUCKET, 'workspaces/repositories/manifest.yaml', Buffer.from(manifest()));
    await gateloop.aws.idle();
  });
  afterAll(async () => {
    http.closeAllConnections();
    http.close();
    await gateloop.close();
  });

  it.each(
    [
      '/',
      '/inbox',
      '/outbox',
      '/emulator',
      '/workspaces/repositories',
      '/workspaces/repositories/timeline',
    ].flatMap((path) => displays.map(([display, options]) => [path, display, options] as const)),
  )(
    'shows %s, which fits the window and has no accessibility violation: %s',
    async (path, display, options) => {
      const name = path.slice(1).replaceAll('/', '-') || 'start';
      await expectSound(browser, origin + path, options, `console-local-${name}.${display}`);
    },
  );

  it('leads from the inbox to the page of a question, and from the fleet to the steps of a pass', async () => {
    await visit(browser, `${origin}/inbox`, {}, async (page) => {
      await page.getByRole('link', { name: /^Answer/ }).click();
      await page.getByRole('heading', { name: 'May agents use “issues” for you?' }).waitFor();
      await page.goto(origin);
      await page.getByRole('link', { name: 'repositories' }).click();
      await page.getByRole('link', { name: 'Executions' }).click();
      await page.getByRole('link', { name: 'reconcile' }).first().click();
      await page.getByText('Poll', { exact: true }).first().click();
      expect(await page.getByText('"workspace": "repositories"').first().isVisible()).toBe(true);
    });
  });

  it('sets a fault of the emulator, and takes it away', async () => {
    const { faults } = gateloop.agentCore.service.context;
    await visit(browser, `${origin}/emulator`, {}, async (page) => {
      await page.locator('select[name=fault]').selectOption('error');
      await page.getByLabel('Operation').fill('ListGateways');
      await page.getByRole('button', { name: 'Add the fault' }).click();
      await page.getByRole('button', { name: 'Remove error, number 1' }).waitFor();
      expect(faults.rules).toEqual([{ fault: 'error', operation: 'ListGateways' }]);
      await page.getByRole('button', { name: 'Remove error, number 1' }).click();
      await page.getByText('None: every call does what it should.').waitFor();
      expect(faults.rules).toEqual([]);
    });
  });
});
