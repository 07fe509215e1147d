/** A line of a chart. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly isDashed?: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines over the same axes, both with logarithmic scales. */
export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly series: readonly Series[];
}

const WIDTH = 380;
const HEIGHT = 300;
const MARGIN = { left: 62, right: 24, top: 34, bottom: 48 };
const LEGEND_HEIGHT = 30;
/** Of a legend's entry: the line, and each character of the name. */
const SWATCH = 34;
const CHARACTER = 7.4;

/** @returns an SVG image of panels, two in a row, with one legend for all */
export function chart(title: string, panels: readonly Panel[]): string {
  const columns = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const [width, height] = [columns * WIDTH, rows * HEIGHT + LEGEND_HEIGHT];
  const drawn = panels.map((panel, index) => {
    const [x, y] = [(index % columns) * WIDTH, Math.floor(index / columns) * HEIGHT];
    return `<g transform="translate(${x} ${y})">${drawPanel(panel)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...drawn,
    `<g transform="translate(${MARGIN.left} ${rows * HEIGHT + 12})">${legend(panels[0]?.series ?? [])}</g>`,
    '</svg>',
    '',
  ].join('\n');
}

function drawPanel({ title, xLabel, yLabel, xTicks, yTicks, series }: Panel): string {
  const x = logScale(xTicks, MARGIN.left, WIDTH - MARGIN.right);
  const y = logScale(yTicks, HEIGHT - MARGIN.bottom, MARGIN.top);
  const [left, right, top, bottom] = [MARGIN.left, WIDTH - MARGIN.right, MARGIN.top, HEIGHT - MARGIN.bottom];
  const horizontal = yTicks.map(
    (tick) =>
      `<line x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e3e3e3"/>${text(left - 6, y(tick) + 4, tickLabel(tick), 'end')}`,
  );
  const vertical = xTicks.map(
    (tick) =>
      `<line x1="${x(tick)}" x2="${x(tick)}" y1="${bottom}" y2="${bottom + 4}" stroke="#666666"/>${text(x(tick), bottom + 17, tickLabel(tick), 'middle')}`,
  );
  const middle = (top + bottom) / 2;
  return [
    text((left + right) / 2, 20, title, 'middle', 'font-weight="600"'),
    ...horizontal,
    ...vertical,
    `<line x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="#666666"/>`,
    text((left + right) / 2, bottom + 36, xLabel, 'middle'),
    text(16, middle, yLabel, 'middle', `transform="rotate(-90 16 ${middle})"`),
    ...series.map((each) => drawSeries(each, x, y)),
  ].join('\n');
}

function drawSeries({ color, isDashed, points }: Series, x: Scale, y: Scale): string {
  const path = points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ');
  const line = `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"${isDashed ? ' stroke-dasharray="5 4"' : ''}/>`;
  const dots = points.map(([px, py]) => `<circle cx="${x(px)}" cy="${y(py)}" r="3" fill="${color}"/>`);
  return [line, ...(isDashed ? [] : dots)].join('');
}

function legend(series: readonly Series[]): string {
  let at = 0;
  return series
    .map(({ name, color, isDashed }) => {
      const entry = `<line x1="${at}" x2="${at + 24}" y1="0" y2="0" stroke="${color}" stroke-width="2"${isDashed ? ' stroke-dasharray="5 4"' : ''}/>${text(at + 30, 4, name, 'start')}`;
      at += SWATCH + name.length * CHARACTER + 10;
      return entry;
    })
    .join('');
}

type Scale = (value: number) => number;

/** @returns the place of a value, rounded to a tenth of a pixel, between the places of the first and the last tick */
function logScale(ticks: readonly number[], from: number, to: number): Scale {
  const [low, high] = [Math.log(Math.min(...ticks)), Math.log(Math.max(...ticks))];
  return (value) => {
    const share = (Math.log(value) - low) / (high - low);
    return Math.round((from + share * (to - from)) * 10) / 10;
  };
}

function text(x: number, y: number, content: string, anchor: string, more = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#222222" ${more}>${escaped(content)}</text>`;
}

function tickLabel(value: number): string {
  return value.toLocaleString('en-US');
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @returns ticks at the powers of ten around the values */
export function decades(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, index) => Number((10 ** (low + index)).toPrecision(1)));
}
