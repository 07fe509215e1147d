import { type Agent, request } from 'node:https';
import type { MiniStack } from './miniStack.ts';

/** What a page or a redirection looked like. */
export interface PageResponse {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: string;
}

/** As much of a browser as the pages need: cookies, forms and redirections, one hop at a time. */
export class Browser {
  readonly #pagesUrl: string;
  readonly #gateway: URL;
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();

  /**
   * @param pagesUrl where the pages are to the world
   */
  constructor(pagesUrl: string, { url, agent }: MiniStack) {
    this.#pagesUrl = pagesUrl;
    this.#agent = agent;
    const [apiId = ''] = new URL(pagesUrl).hostname.split('.');
    this.#gateway = new URL(`/_aws/execute-api/${apiId}/$default`, url);
  }

  /** `path` may be a whole URL below the pages'. */
  open(method: 'GET' | 'POST', path: string): Promise<PageResponse> {
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
            ...(method === 'POST' && { origin: this.#pagesUrl, 'sec-fetch-site': 'same-origin' }),
          },
        },
        (answer) => {
          let body = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk) => {
            body += chunk;
          });
          answer.on('end', () => {
            for (const cookie of answer.headers['set-cookie'] ?? []) this.#storeCookie(cookie);
            resolve({ status: answer.statusCode ?? 0, location: answer.headers.location, body });
          });
        },
      );
      sent.once('error', reject);
      sent.end();
    });
  }

  #storeCookie(header: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
  }
}
