import { type Agent, request } from 'node:https';
import type { MiniStack } from './miniStack.ts';

/** The response to one request: a page or a redirect. */
export interface PageResponse {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** A browser with cookies and forms. It does not follow redirects: a test opens each hop. */
export class Browser {
  readonly #pagesUrl: string;
  readonly #gateway: URL;
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();

  /** @param pagesUrl the URL of the pages in messages; requests go to MiniStack's path for the same API */
  constructor(pagesUrl: string, { url, agent }: MiniStack) {
    this.#pagesUrl = pagesUrl;
    this.#agent = agent;
    const [apiId = ''] = new URL(pagesUrl).hostname.split('.');
    this.#gateway = new URL(`/_aws/execute-api/${apiId}/$default`, url);
  }

  /** Sends one request, with the fields of a form. `path` may also be an absolute URL under that of the pages. */
  open(
    method: 'GET' | 'POST',
    path: string,
    form: Readonly<Record<string, string>> = {},
  ): Promise<PageResponse> {
    const { pathname, search } = new URL(path, this.#pagesUrl);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: this.#gateway.hostname,
          port: this.#gateway.port,
          path: `${this.#gateway.pathname}${pathname}${search}`,
          method,
          headers: {
            cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            ...(method === 'POST' && {
              origin: this.#pagesUrl,
              'sec-fetch-site': 'same-origin',
              'content-type': 'application/x-www-form-urlencoded',
            }),
          },
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (chunk) => {
            body += chunk;
          });
          response.on('end', () => {
            for (const cookie of response.headers['set-cookie'] ?? []) this.#storeCookie(cookie);
            resolve({ status: response.statusCode ?? 0, location: response.headers.location, body });
          });
        },
      );
      sent.once('error', reject);
      sent.end(method === 'POST' ? new URLSearchParams(form).toString() : undefined);
    });
  }

  #storeCookie(header: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
  }
}
