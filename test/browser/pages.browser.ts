import { Hono } from 'hono';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageHeaders } from '../../functions/authorization-pages/pages/layout.ts';
import { renderPage } from '../../functions/authorization-pages/pages/renderPage.ts';
import { startChromium } from './chromium.ts';
import { samplePages } from './samplePages.ts';
import { displays, expectSound, serveApp, visit as visitUrl } from './visits.ts';

let browser: Browser;
let server: Awaited<ReturnType<typeof serveApp>>;

beforeAll(async () => {
  const app = new Hono();
  app.get('/:name', (context) => {
    const page = samplePages[context.req.param('name')];
    if (!page) return context.notFound();
    for (const [name, value] of Object.entries(pageHeaders)) context.header(name, value);
    return context.html(renderPage(page).body);
  });
  server = await serveApp(app);
  browser = await startChromium();
});
afterAll(async () => {
  await browser.close();
  server.close();
});

function visit(name: string, options: BrowserContextOptions, act: (page: Page) => Promise<void>) {
  return visitUrl(browser, `${server.origin}/${name}`, options, act);
}

describe.each(Object.keys(samplePages))('the page "%s"', (name) => {
  it.each(displays)('fits the window, and has no accessibility violation: %s', async (display, options) => {
    await expectSound(browser, `${server.origin}/${name}`, options, `${name}.${display}`);
  });
});

/** A page opened without scripts, as a person with a strict browser has it. */
const withoutScripts = { javaScriptEnabled: false } as const;

describe('the page of a change of many tools', () => {
  it.each(displays)(
    'holds every text whole, and opens a folded one without a script: %s',
    async (_, options) => {
      await visit('waiting-approval-large', { ...options, ...withoutScripts }, async (page) => {
        const details = page.locator('details', { hasText: 'The whole text after' }).first();
        const text = details.locator('.text');
        expect(await text.isVisible()).toBe(false);
        await details.locator('summary').click();
        expect(await text.isVisible()).toBe(true);
        expect(await text.innerText()).toMatch(
          /^Sends money back to a card\..{700,}It never asks a person\.$/,
        );
        expect(await page.locator('mark').first().innerText()).toBe('asks a person first');
        const inputs = page.locator('details', { hasText: 'It has 19 inputs' }).first();
        await inputs.locator('summary').first().click();
        expect(await inputs.getByText('Part 11 of the report.').isVisible()).toBe(true);
      });
    },
  );

  it('writes out what a name or a description hides', async () => {
    await visit('waiting-approval-large', withoutScripts, async (page) => {
      const text = await page.locator('main').innerText();
      expect(text).toContain(String.raw`export\u{202e}fdp.exe`);
      expect(text).toContain(String.raw`Writes a\u{200b} file\u{e0041}.`);
      // The browser puts a tab between two cells of a table.
      expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(
        /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
      );
    });
  });

  it('offers no yes where the page cannot show all', async () => {
    await visit('waiting-approval-too-large', {}, async (page) => {
      expect(await page.getByRole('button', { name: 'Yes, approve' }).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'No, keep the present tools' }).isVisible()).toBe(true);
    });
  });
});

describe('the page of a decision', () => {
  it('does not submit a yes when a person presses Enter in the reason', async () => {
    await visit('waiting-record', {}, async (page) => {
      const answers: string[] = [];
      await page.route('**/decide', (route) => {
        answers.push(route.request().postData() ?? '');
        return route.fulfill({ status: 204 });
      });
      await page.getByLabel('Reason').fill('a copy');
      await page.getByLabel('Reason').press('Enter');
      await page.getByRole('button', { name: 'No, reject it' }).press('Enter');
      await expect.poll(() => answers).toEqual(['reason=a+copy&answer=no']);
    });
  });
});

describe('the request page', () => {
  it('can be used with the keyboard alone', async () => {
    await visit('waiting', {}, async (page) => {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Go on to the login');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('No, do not allow it');
    });
  });

  it('works without JavaScript', async () => {
    await visit('waiting', { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('script').count()).toBe(0);
      expect(await page.locator('form button').count()).toBe(2);
    });
  });
});
