import { style } from '../../../functions/authorization-pages/pages/style.ts';
import { type Html, html } from '../../../functions/web/html.ts';
import { htmlDocument } from '../../../functions/web/htmlDocument.ts';

/** The frame of the emulator's pages, which look like those of Gateloop. They use no script and no other file. */
export function page(title: string, body: Html): Html {
  return htmlDocument({
    title: `${title} · AgentCore emulator`,
    style,
    body: html`<main>
${body}
</main>
<footer><p>An emulator on this machine. AWS does not take part.</p></footer>`,
  });
}
