import { raw } from 'hono/html';
import { type Html, html } from '../../web/html.ts';
import { htmlDocument } from '../../web/htmlDocument.ts';
import { securityHeaders } from '../../web/securityHeaders.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** The headers of every screen. */
export const screenHeaders = securityHeaders({ style, script });

/** A link of the navigation. */
export interface NavigationLink {
  readonly label: string;
  readonly path: string;
}

/** What surrounds a screen. */
export interface Frame {
  /** The name of the environment, such as `main`. */
  readonly environment: string;
  /** The name of the logged-in person; absent where there is no login. */
  readonly person?: string;
  /** The number of requests that wait for an answer. */
  readonly waiting: number;
  /** Links after those of the console itself. */
  readonly links: readonly NavigationLink[];
}

export interface Screen {
  readonly title: string;
  /** The path of the navigation's link that leads here. */
  readonly at: string;
  readonly body: Html;
}

/** Links of the console itself. */
const OWN_LINKS: readonly NavigationLink[] = [
  { label: 'Fleet', path: '/' },
  { label: 'Inbox', path: '/inbox' },
];

/** @returns the whole document of a screen */
export function layout({ title, at, body }: Screen, { environment, person, waiting, links }: Frame): Html {
  return htmlDocument({
    title: `${title} · Gateloop`,
    style,
    body: html`<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="brand" href="/">Gateloop</a>
<p>${environment}</p>
<nav aria-label="Console"><ul>${[...OWN_LINKS, ...links].map((link) => navigationItem(link, at, waiting))}</ul></nav>
${person === undefined ? '' : html`<p class="person">${person}</p>`}
<p id="live" role="status">Load the page again to see changes.</p>
</header>
<main id="content">
${body}
</main>
<footer>Gateloop keeps the gateways of AI agents in sync with their teams’ manifests. This console changes nothing of them.</footer>
<script>${raw(script)}</script>`,
  });
}

function navigationItem({ label, path }: NavigationLink, at: string, waiting: number): Html {
  const count = path === '/inbox' && waiting > 0 ? html` <span class="count">${waiting}</span>` : '';
  return html`<li><a href="${path}"${path === at ? html` aria-current="page"` : ''}>${label}${count}</a></li>`;
}
