import { raw } from 'hono/html';
import { style } from '../../../functions/authorization-pages/pages/style.ts';
import { type Html, html } from '../../../functions/web/html.ts';

/** The frame of the emulator's pages, which look like those of Gateloop. They use no script and no other file. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · AgentCore emulator</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${body}
</main>
<footer><p>An emulator on this machine. AWS does not take part.</p></footer>
</body>
</html>`;
}
