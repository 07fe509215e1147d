import { answerPage } from '../../local/aws/httpApi/httpApi.ts';
import type { Gateloop } from '../../local/gateloop.ts';
import { PAGES_URL } from '../system/system.ts';

type RequestHandler = (request: Request) => Promise<Response>;

/** A page as the browser shows it. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly title: string;
  readonly text: string;
  /** As it was sent. */
  readonly html: string;
  readonly headers: Headers;
  /** The refresh header: the next URL, and after how many seconds. */
  readonly refresh?: { readonly seconds: number; readonly url: string };
}

/** A browser with redirects, cookies and forms. It stops at the first URL that is not a page of Gateloop. */
export class Browser {
  readonly #handle: RequestHandler;
  readonly #cookies = new Map<string, string>();
  /** The provider's URL that the last redirect led to. */
  providerUrl: string | undefined;
  /** The bearer token that the login in front of the pages adds to every request. */
  token: string | undefined;

  /** @param pages the system whose pages are opened, or a handler in its place */
  constructor(pages: Gateloop | RequestHandler) {
    this.#handle = typeof pages === 'function' ? pages : (request) => answerPage(pages, request);
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  open(url: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#request('GET', url, undefined, headers);
  }

  /** Submits a form as a browser does. */
  submit(url: string, fields: Record<string, string> = {}, origin = PAGES_URL): Promise<Page> {
    return this.#request('POST', url, new URLSearchParams(fields), {
      origin,
      'sec-fetch-site': origin === PAGES_URL ? 'same-origin' : 'cross-site',
    });
  }

  async #request(
    method: 'GET' | 'POST',
    url: string,
    body: URLSearchParams | undefined,
    headers: Record<string, string>,
  ): Promise<Page> {
    if (!url.startsWith(PAGES_URL)) {
      this.providerUrl = url;
      return { status: 0, url, title: 'the provider', text: '', html: '', headers: new Headers() };
    }
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#handle(
      new Request(url, {
        method,
        headers: {
          ...headers,
          ...(cookie && { cookie }),
          ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        },
        ...(body && { body }),
      }),
    );
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (response.status === 303 && location)
      return this.#request('GET', new URL(location, url).href, undefined, {});
    return parsePage(response, url, await response.text());
  }
}

function parsePage(response: Response, url: string, html: string): Page {
  const [, seconds = '', target = ''] =
    /^(\d+)(?:; url=(.*))?$/.exec(response.headers.get('refresh') ?? '') ?? [];
  return {
    status: response.status,
    url,
    title: /<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '',
    text: html
      .replaceAll(/<style>.*?<\/style>|<\/?mark>/gs, '')
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' '),
    html,
    headers: response.headers,
    ...(seconds !== '' && { refresh: { seconds: Number(seconds), url: new URL(target, url).href } }),
  };
}
