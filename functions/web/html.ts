import { html as escaped } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { visible, visibleLines } from '../../core/text/visible.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

type Value = string | number | Html | readonly Html[];

/**
 * The one way to make HTML. Every text is escaped, and what a reader would not see in it is written out: most texts of a page
 * come from strangers.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return escaped(strings, ...values.map((value) => (typeof value === 'string' ? visible(value) : value)));
}

/**
 * @returns each line of a text in an element of its own, so that a style can number them: the rest of a line that is wrapped
 * must not pass for a line
 */
export function textLines(text: string): readonly Html[] {
  return visibleLines(text)
    .split('\n')
    .map((line) => escaped`<span>${line}</span>`);
}

/** @returns a text with its line feeds, for an element whose style keeps them and sets it apart from the page's own words */
export function multilineText(text: string): Html {
  return escaped`${visibleLines(text)}`;
}
