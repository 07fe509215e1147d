import { raw } from 'hono/html';
import { type Html, html } from './html.ts';

/** What a document consists of: it loads no other file. */
export interface DocumentParts {
  readonly title: string;
  /** CSS of our own. */
  readonly style: string;
  /** What is within `<body>`. */
  readonly body: Html;
}

/** @returns the whole document of a page or screen, for phones, and in light and dark */
export function htmlDocument({ title, style, body }: DocumentParts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>`;
}
