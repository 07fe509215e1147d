import { afterEach, describe, expect, it } from 'vitest';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { formatProblem } from '../../core/problem.ts';
import { ConsentFixture, sharedSystem } from './consentFixture.ts';

const system = sharedSystem();
let fixture: ConsentFixture;
afterEach(() => {
  system().putGuardrails(openGuardrailsFile);
  return fixture.close();
});

const PORTAL = 'https://portal.example.com/consented';
/** Of the gateway in the manifest, whose name is the workspace's. */
const GATEWAY_URL = '${gateways.GATEWAY.gatewayUrl}';
const returningTo = (url: string) => (manifest: string) => {
  const [, gateway = ''] = /^gateways:\n {2}(.*):$/m.exec(manifest) ?? [];
  const member = `defaultReturnUrl: "${url.replace('GATEWAY', gateway)}"`;
  return manifest.replace('scopes: [repo]', `scopes: [repo]\n                ${member}`);
};
const guardrails = (returnUrls: readonly string[]) =>
  JSON.stringify({
    version: 1,
    defaults: {
      roles: 'any',
      hosts: 'any',
      ownerChannels: { email: 'any' },
      returnUrls,
    },
  });

describe('a consent that returns to another site', () => {
  it.each([
    [PORTAL, []],
    [`${PORTAL}?at=1`, []],
    ['https://portal.example.com/consented.evil.example.net', [PORTAL]],
    [GATEWAY_URL, [PORTAL]],
  ])('is refused with file, line and remedy where no guardrail allows it: %s', async (url, returnUrls) => {
    system().putGuardrails(guardrails(returnUrls));
    fixture = await ConsentFixture.start({ system: system(), edit: returningTo(url) });
    const { problems } = fixture.system.outcome(fixture.workspace);
    const [problem = ''] = problems.map(formatProblem);
    expect(problem).toMatch(/manifest\.yaml:\d+:\d+: error: .*defaultReturnUrl: The return URL/);
    expect(problem).toContain('leave it out, so that the browser returns to Gateloop’s own page');
    expect((await fixture.resourceRecord())?.state).toBe('refused');
    expect(fixture.messages().filter(({ subject = '' }) => subject.includes('consent is needed'))).toEqual(
      [],
    );
  });

  it('is named on the page and in the event where guardrails allow it', async () => {
    system().putGuardrails(guardrails([PORTAL]));
    fixture = await ConsentFixture.start({ system: system(), edit: returningTo(`${PORTAL}?at=1`) });
    const page = await fixture.browser().open(fixture.link());
    expect(page.text).toContain(`Where you return to ${PORTAL}?at=1`);
    const [required] = fixture.events.filter((event) => event['detail-type'] === 'Authorization Required');
    expect(required?.detail.asked).toMatchObject({ returnUrl: `${PORTAL}?at=1` });
  });

  it('is not the default: the browser returns to Gateloop, and the page names no other site', async () => {
    fixture = await ConsentFixture.start({ system: system() });
    const browser = fixture.browser();
    expect((await browser.open(fixture.link())).text).not.toContain('Where you return to');
    expect((await fixture.consent(browser)).title).toContain('is ready');
  });
});
