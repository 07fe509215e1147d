import { raw } from 'hono/html';
import { type Html, html } from '../../web/html.ts';
import { securityHeaders } from '../../web/securityHeaders.ts';
import { style } from './style.ts';

/** The headers of every page. */
export const pageHeaders = securityHeaders({ style });

/** The frame of every page. */
export function layout(title: string, body: Html, isBusy: boolean): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Gateloop</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${isBusy ? html`<p class="busy" role="status"><span class="dots" aria-hidden="true"></span> Working …</p>` : ''}
${body}
</main>
<footer><p>Gateloop keeps the gateways of AI agents in sync with their teams’ manifests.</p></footer>
</body>
</html>`;
}
