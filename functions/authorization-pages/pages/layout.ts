import { type Html, html } from '../../web/html.ts';
import { htmlDocument } from '../../web/htmlDocument.ts';
import { securityHeaders } from '../../web/securityHeaders.ts';
import { style } from './style.ts';

/** The headers of every page. */
export const pageHeaders = securityHeaders({ style });

/** The frame of every page. */
export function layout(title: string, body: Html, isBusy: boolean): Html {
  return htmlDocument({
    title: `${title} · Gateloop`,
    style,
    body: html`<main>
<h1>${title}</h1>
${isBusy ? html`<p class="busy" role="status"><span class="dots" aria-hidden="true"></span> Working …</p>` : ''}
${body}
</main>
<footer><p>Gateloop keeps the gateways of AI agents in sync with their teams’ manifests.</p></footer>`,
  });
}
