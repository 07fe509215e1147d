import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import { type Html, html } from './html.ts';
import { style } from './style.ts';

/** The headers of every page: they forbid caching, framing, type sniffing, other sources and leaking the URL. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // With `no-referrer`, browsers send the origin `null` with a form, and the pages could not check it.
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
};

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
