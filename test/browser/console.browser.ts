import { Hono } from 'hono';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { layout, screenHeaders } from '../../functions/console/screens/layout.ts';
import { startChromium } from './chromium.ts';
import { sampleFrame, sampleScreens } from './sampleScreens.ts';
import { displays, expectSound, serveApp } from './visits.ts';

let browser: Browser;
let server: Awaited<ReturnType<typeof serveApp>>;

beforeAll(async () => {
  const app = new Hono();
  app.get('/:name', (context) => {
    const screen = sampleScreens[context.req.param('name')];
    if (!screen) return context.notFound();
    for (const [name, value] of Object.entries(screenHeaders)) context.header(name, value);
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
