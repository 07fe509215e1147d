import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** The folder for screenshots. Without it, the tests take none. */
const { SCREENSHOTS } = process.env;

/** The looks in which every page is tested. */
export const displays: readonly [name: string, options: BrowserContextOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1000, height: 800 } }],
  ['dark-phone', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
];

/** Serves an app on a free port. */
export function serveApp(app: Hono): Promise<{ readonly origin: string; close(): void }> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({ origin: `http://127.0.0.1:${port}`, close: () => server.close() }),
    );
  });
}

/** Opens a page with its security headers. Returns the errors in the browser's console. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  act: (page: Page) => Promise<void>,
): Promise<string[]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  await act(page);
  await context.close();
  return errors.filter((text) => !text.includes('favicon'));
}

/**
 * Expects that a page fits the window, loads nothing that its content security policy forbids, and has no violation that axe
 * finds. Takes a screenshot of it.
 *
 * @param picture the name of the screenshot, without its ending
 */
export async function expectSound(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  picture: string,
): Promise<void> {
  const errors = await visit(browser, url, options, async (page) => {
    if (SCREENSHOTS !== undefined) {
      const path = join(SCREENSHOTS, `${picture}.png`);
      await page.screenshot({ path, fullPage: true, animations: 'disabled' });
    }
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  });
  expect(errors).toEqual([]);
  // axe is a script, which the page's content security policy would block.
  await visit(browser, url, { ...options, bypassCSP: true }, async (page) => {
    await page.addScriptTag({ path: AXE });
    const violations = await page.evaluate(
      "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`))",
    );
    expect(violations).toEqual([]);
  });
}
