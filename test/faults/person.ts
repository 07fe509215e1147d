import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { Browser, type Page } from '../authorization/browser.ts';
import { PAGES_URL } from '../system/system.ts';
import type { FaultWorld } from './faultWorld.ts';

/** How a person answers a request. */
export type Answer = 'grant' | 'deny' | 'refuse' | 'consentTwice' | 'completeWithoutConsent';

/** A person gives up on a page that has refreshed itself for this long, in seconds. */
const PATIENCE = 180;

/**
 * A person opens the link of a request and answers, and agrees to a replacement where the page asks for that. Pages that
 * fail are given up.
 */
export async function answerRequest(
  world: FaultWorld,
  { id, subject }: AuthorizationRequest,
  answer: Answer,
): Promise<void> {
  const browser = new Browser(world.gateloop);
  const link = `${PAGES_URL}/authorizations/${id}`;
  if (answer === 'refuse') {
    await browser.submit(`${link}/refuse`);
    return;
  }
  if (subject.kind !== 'authorization') {
    const isYes = answer === 'grant' || answer === 'consentTwice';
    await browser.submit(`${link}/decide`, { answer: isYes ? 'yes' : 'no' });
    return;
  }
  const page = await followRefreshes(world, browser, await browser.submit(link));
  if (page.html.includes('name="agree" value="replace"'))
    await followRefreshes(world, browser, await browser.submit(link, { agree: 'replace' }));
  const { providerUrl } = browser;
  if (providerUrl === undefined) return;
  if (answer === 'completeWithoutConsent') {
    const session = new URL(providerUrl).searchParams.get('request_uri') ?? '';
    await browser.open(`${PAGES_URL}/authorizations/return?session_id=${encodeURIComponent(session)}`);
    return;
  }
  const callback = decide(world, providerUrl, answer === 'deny' ? 'deny' : 'grant');
  if (callback === undefined) return;
  await followRefreshes(world, browser, await browser.open(callback));
  if (answer === 'consentTwice') await browser.open(callback);
}

/** @returns the URL that the provider sends the browser back to; undefined where the link has expired meanwhile */
function decide(
  { gateloop }: FaultWorld,
  providerUrl: string,
  decision: 'grant' | 'deny',
): string | undefined {
  try {
    return gateloop.agentCore.consent(providerUrl, decision).href;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function followRefreshes(world: FaultWorld, browser: Browser, first: Page): Promise<Page> {
  let page = first;
  for (let waited = 0; page.refresh && waited <= PATIENCE; waited += page.refresh?.seconds ?? 0) {
    await world.clock.advance(page.refresh.seconds * 1000);
    page = await browser.open(page.refresh.url);
  }
  return page;
}
