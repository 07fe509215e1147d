import { describe, expect, it } from 'vitest';
import { chart, decades } from './charts.ts';
import { type Creation, durations, runners, sizes } from './creation.ts';
import { reportFiles } from './report.ts';
import { fittedLine } from './statistics.ts';

/** @returns a creation of every case in which Gateloop takes the bound, times the ratio */
function creationsOf(ratio: number): Creation[] {
  return durations.flatMap(({ name }) =>
    sizes.flatMap((targets) =>
      runners.map((runner) => ({
        ...{ runner, durations: name, targets, withGateway: false, runs: 1 },
        ...{ seconds: 10 * ratio, secondsFromUpload: 10 * ratio + 0.2, boundSeconds: 10 },
        ...{ ratio, worstRatio: ratio },
        ...{
          transitionsPerTarget: 1,
          readsPerTarget: 2,
          microUsdPerTarget: 3,
          invocations: {},
          gigabyteSecondsPerTarget: 1,
          throttledShare: 0,
        },
      })),
    ),
  );
}

const results = (ratio: number) => ({
  creations: creationsOf(ratio),
  edits: [],
  quietPass: {
    ...{ targets: 100, seconds: 1, calls: { ListGateways: 1 }, transitions: 6 },
    ...{ invocations: { poll: 1 }, gigabyteSeconds: 0.5, microUsd: 150 },
  },
  fleets: [],
  schemas: [],
  growth: [1, 10, 100].map((gateways) => ({
    ...{ gateways, targetsEach: 2, transitions: 1, invocations: 1, calls: 1, throttled: 0 },
    ...{ failedExecutions: 0, usdPerDay: 1 + gateways / 100 },
  })),
});

describe('reportFiles', () => {
  it('reportFiles: marks the goals that a run met and missed', () => {
    const rows = (ratio: number) =>
      (reportFiles(results(ratio))['bench.md'] ?? '')
        .split('\n')
        .filter((line) => line.startsWith('| 0.7 s'));
    expect(rows(1.2).map((row) => /[✓✗] [^|]+/.exec(row)?.[0].trim())).toEqual([
      '✓ bound + 2 s',
      undefined,
      '✓ 1.38',
      '✓ 1.16',
    ]);
    expect(rows(1.3).map((row) => /[✓✗]/.exec(row)?.[0])).toEqual(['✗', undefined, '✓', '✗']);
  });

  it('reportFiles: draws a chart for every file that the report shows', () => {
    const files = reportFiles(results(1));
    const shown = [...(files['bench.md'] ?? '').matchAll(/\]\((bench\/[\w-]+\.svg)\)/g)].map(
      ([, name]) => name,
    );
    expect(shown).toEqual(Object.keys(files).filter((name) => name.endsWith('.svg')));
    for (const name of shown) expect(files[name ?? '']).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('reportFiles: says the line that fits the growth', () => {
    expect(reportFiles(results(1))['bench.md']).toContain(
      'The line is 1.0 USD a day, and 0.010 for each gateway',
    );
  });
});

describe('chart', () => {
  const panel = {
    ...{ title: 'a & b', xLabel: 'x', yLabel: 'y', xTicks: [1, 100], yTicks: [1, 100] },
    series: [{ name: '<c>', color: '#000000', points: [[10, 10] as const] }],
  };

  it('chart: puts a value at its logarithm between the ticks', () => {
    const [, x, y] = /<circle cx="([\d.]+)" cy="([\d.]+)"/.exec(chart('t', [panel])) ?? [];
    // The middle of the axes: 62 to 356 from the left, 34 to 252 from the top.
    expect([Number(x), Number(y)]).toEqual([209, 143]);
  });

  it('chart: escapes texts', () => {
    const image = chart('<t>', [panel]);
    expect(image).toContain('a &amp; b');
    expect(image).toContain('&lt;c&gt;');
    expect(image).toContain('<title>&lt;t&gt;</title>');
  });

  it('decades: covers the values', () => {
    expect(decades([0.023, 5])).toEqual([0.01, 0.1, 1, 10]);
    expect(decades([1])).toEqual([1, 10]);
  });
});

describe('fittedLine', () => {
  it('fittedLine: has the least squares', () => {
    const { intercept, slope } = fittedLine([
      [0, 1],
      [1, 3],
      [2, 5],
    ]);
    expect([intercept, slope]).toEqual([1, 2]);
  });
});
