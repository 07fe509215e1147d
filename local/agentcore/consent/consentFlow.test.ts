import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  completeConsent,
  createConsentTarget,
  gitHubSkill,
  readyGateway,
  startEmulator,
  type TestEmulator,
} from '../testing/emulator.ts';

/** A minimal browser with cookies, redirects and forms. */
class Browser {
  readonly #cookies = new Map<string, string>();

  async open(url: string | URL, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const text of response.headers.getSetCookie()) {
      const [name = '', value = ''] = text.split(';')[0]?.split('=') ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }

  /** Follows redirects up to a page or to an address outside this machine. */
  async follow(
    start: string | URL,
    form?: Record<string, string>,
  ): Promise<{ url: URL; status: number; text: string }> {
    let url = new URL(start);
    let response = await this.open(url, form);
    for (;;) {
      const next = response.headers.get('location');
      if (next === null) return { url, status: response.status, text: await response.text() };
      url = new URL(next, url);
      if (url.hostname !== '127.0.0.1') return { url, status: response.status, text: '' };
      response = await this.open(url);
    }
  }
}

async function pendingTarget({ control, clock }: TestEmulator) {
  const gatewayIdentifier = await readyGateway({ control, clock });
  const { targetId = '', authorizationData } = await control.createGatewayTarget({
    gatewayIdentifier,
    name: 'issues',
    ...(await createConsentTarget({ control }, 'https://example.com/return?from=agentcore')),
  });
  const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
  return { gatewayIdentifier, targetId, authorizationUrl, userId };
}

describe('ConsentFlow', () => {
  it('leads through login and consent to the target’s return URL, after which the target gets READY', async () => {
    const emulator = await startEmulator({ behaviors: { unreachable: 'accepted' } });
    const { control, clock } = emulator;
    const { gatewayIdentifier, targetId, authorizationUrl, userId } = await pendingTarget(emulator);
    const browser = new Browser();
    const login = await browser.follow(authorizationUrl);
    expect(login.text).toContain('repo');
    const { url } = await browser.follow(login.url, { login: 'ada', decision: 'grant' });
    expect(url.origin + url.pathname).toBe('https://example.com/return');
    expect(url.searchParams.get('from')).toBe('agentcore');
    const sessionUri = url.searchParams.get('session_id') ?? '';
    expect(new URL(authorizationUrl).searchParams.get('request_uri')).toBe(sessionUri);
    await completeConsent(emulator, userId, sessionUri);
    await clock.advance(5000);
    expect(await control.getGatewayTarget({ gatewayIdentifier, targetId })).toMatchObject({
      status: 'READY',
    });
  });

  it('leads through login and consent to the return URL of a record, which is read with the token', async () => {
    const tokens: (string | undefined)[] = [];
    const gitHub = createServer(({ headers }, response) => {
      tokens.push(headers.authorization);
      response.end('# Refunds');
    });
    await new Promise<void>((done) => gitHub.listen(0, '127.0.0.1', done));
    onTestFinished(() => void gitHub.close());
    const { port } = gitHub.address() as AddressInfo; // A TCP server has no other address.
    const emulator = await startEmulator({ endpoints: { 'https://github.com': `http://127.0.0.1:${port}` } });
    const { registry, clock } = emulator;
    const { registryArn: registryId } = await registry.createRegistry({ name: 'skills' });
    await clock.advance(10_000);
    const input = { registryId, ...(await gitHubSkill(emulator)) };
    const { recordArn: recordId, authorizationData } = await registry.createRegistryRecord(input);
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    const browser = new Browser();
    const login = await browser.follow(authorizationUrl);
    const { url } = await browser.follow(login.url, { login: 'ada', decision: 'grant' });
    expect(url.href).toContain('https://example.com/return?from=registry&session_id=');
    await completeConsent(emulator, userId, url.searchParams.get('session_id') ?? '');
    await clock.until(
      async () => (await registry.getRegistryRecord({ registryId, recordId })).status === 'DRAFT',
    );
    expect(tokens).toEqual([expect.stringMatching(/^Bearer ./)]);
  });

  it('ConsentFlow: the login page takes no form of another site, and no form under another host name', async () => {
    const emulator = await startEmulator();
    const { authorizationUrl } = await pendingTarget(emulator);
    const login = await new Browser().follow(authorizationUrl);
    const statusOf = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        request(login.url, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end('login=ada&decision=grant');
      });
    expect(await statusOf({ origin: 'https://evil.example.com' })).toBe(403);
    expect(await statusOf({ host: 'rebound.example.com' })).toBe(403);
    // Without the cookie of the login, which only its own browser has.
    expect(await statusOf({})).toBe(400);
  });

  it('returns an error to the return URL if the user declines, and rejects the completion', async () => {
    const emulator = await startEmulator();
    const { authorizationUrl, userId } = await pendingTarget(emulator);
    const browser = new Browser();
    const login = await browser.follow(authorizationUrl);
    const { url } = await browser.follow(login.url, { login: 'ada', decision: 'deny' });
    expect(url.searchParams.get('error')).toBe('access_denied');
    const sessionUri = url.searchParams.get('session_id') ?? '';
    await expect(completeConsent(emulator, userId, sessionUri)).rejects.toThrow('Invalid or expired session');
  });

  it('rejects a link that is ten minutes old', async () => {
    const emulator = await startEmulator();
    const { authorizationUrl } = await pendingTarget(emulator);
    await emulator.clock.advance(10 * 60_000);
    const { status, text } = await new Browser().follow(authorizationUrl);
    expect(status).toBe(400);
    expect(text).toContain('expired');
  });

  it('rejects the completion before the user has consented', async () => {
    const emulator = await startEmulator();
    const { authorizationUrl, userId } = await pendingTarget(emulator);
    const sessionUri = new URL(authorizationUrl).searchParams.get('request_uri') ?? '';
    await expect(completeConsent(emulator, userId, sessionUri)).rejects.toThrow('Invalid or expired session');
  });
});
