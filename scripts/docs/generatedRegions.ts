/**
 * Replaces the generated regions of a document, each between `<!-- generated: name -->` and `<!-- end -->`. The rest is
 * written by hand.
 *
 * @throws Error for a region that the text does not have, and for one in the text that is not given
 */
export function replaceRegions(text: string, regions: Readonly<Record<string, string>>): string {
  const replaced = new Set<string>();
  const result = text.replace(
    /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const content = regions[name];
      if (content === undefined) throw new Error(`Nothing generates the region "${name}".`);
      replaced.add(name);
      return `${start}\n${content.trim()}\n\n${end}`;
    },
  );
  const missing = Object.keys(regions).filter((name) => !replaced.has(name));
  if (missing.length > 0) throw new Error(`The document has no region ${missing.join(', ')}.`);
  return result;
}

/** A Markdown table; a cell may hold any text. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
