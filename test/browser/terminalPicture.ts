/** What the codes of `styleText` set, as a class of the picture; those that end a style are not among them. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  36: 'cyan',
};
const ENDS: Readonly<Record<string, readonly string[]>> = {
  0: Object.values(STYLES),
  22: ['bold', 'dim'],
  39: ['red', 'green', 'yellow', 'cyan'],
};

const CHARACTER = 8.4;
const LINE = 20;
const MARGIN = 20;

const style = `<style>
svg { --paper: #ffffff; --line: #c6ccd4; --ink: #1b1f24; --soft: #4a5361; --green: #116329; --red: #a40e26; --yellow: #7a4a00; --cyan: #0b5cad; }
@media (prefers-color-scheme: dark) { svg { --paper: #1a1e24; --line: #3d4652; --ink: #e8ebef; --soft: #b3bcc8; --green: #6fd58a; --red: #ff9aa5; --yellow: #f0c060; --cyan: #7db8ff; } }
rect { fill: var(--paper); stroke: var(--line); }
text { fill: var(--ink); font: 14px/20px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
.bold { font-weight: 700; } .dim { fill: var(--soft); } .green { fill: var(--green); } .red { fill: var(--red); } .yellow { fill: var(--yellow); } .cyan { fill: var(--cyan); }
</style>`;

/**
 * Draws what commands have written to a terminal, in the colors of the reader's scheme.
 *
 * @param shown each command line with its output, which may have the codes of colors
 */
export function terminalPicture(
  shown: readonly (readonly [line: string, output: string])[],
  title: string,
): string {
  const lines = shown.flatMap(([line, output]) => [
    `$ \u001b[1m${line}\u001b[22m`,
    ...output.trimEnd().split('\n'),
    '',
  ]);
  const written = lines.slice(0, -1).map(runsOf);
  const columns = Math.max(...written.map((runs) => runs.reduce((sum, { text }) => sum + text.length, 0)));
  const width = Math.ceil(columns * CHARACTER) + 2 * MARGIN;
  const height = written.length * LINE + 2 * MARGIN - 6;
  const texts = written.map((runs, index) => {
    const spans = runs.map(({ text, classes }) => {
      const look = classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
      return `<tspan${look}>${escaped(text)}</tspan>`;
    });
    return `<text xml:space="preserve" x="${MARGIN}" y="${MARGIN + 9 + index * LINE}">${spans.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">
${style}
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10"/>
${texts.join('\n')}
</svg>
`;
}

interface Run {
  readonly text: string;
  readonly classes: readonly string[];
}

function runsOf(line: string): Run[] {
  const runs: Run[] = [];
  let classes: readonly string[] = [];
  const [first = '', ...styled] = line.split('\u001b[');
  if (first !== '') runs.push({ text: first, classes });
  for (const part of styled) {
    const [, code = '', text = ''] = /^(\d*)m(.*)$/.exec(part) ?? [];
    const begun = STYLES[code];
    const ended = ENDS[code === '' ? '0' : code] ?? [];
    classes = [...classes.filter((each) => !ended.includes(each)), ...(begun === undefined ? [] : [begun])];
    if (text !== '') runs.push({ text, classes });
  }
  return runs;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
