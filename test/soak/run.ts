import { Option } from 'commander';
import { numberBetween, wholeNumber } from '../../cli/commandSpec.ts';
import { exitCodes } from '../../cli/exitCodes.ts';
import { runScript } from '../../scripts/runScript.ts';
import { type Growth, growthBounds, growthOf, type Sample } from './growth.ts';
import { SoakWorld } from './soakWorld.ts';

interface Flags {
  readonly days: number;
  readonly workspaces: number;
  readonly seed: number;
  readonly json: boolean;
}

interface Soak extends Pick<Flags, 'days' | 'workspaces' | 'seed'> {
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly growth: readonly Growth[];
}

async function soak({ days, workspaces, seed }: Flags): Promise<Soak> {
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const world = await SoakWorld.start(workspaces, seed);
  try {
    for (let day = 1; day <= days; day += 1) {
      await world.day();
      const sample = world.sample(day);
      samples.push(sample);
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      process.stderr.write(`day ${day} of ${days}, ${seconds} s: ${sampleText(sample)}\n`);
    }
  } finally {
    await world.close();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return { days, workspaces, seed, seconds, samples, growth: growthOf(samples, workspaces) };
}

function sampleText({ memory, dataFolder, bucketBytes, ...counts }: Sample): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  const { objects, versions, ledgerItems, requestItems } = counts;
  return [
    `heap ${megabytes(memory)}`,
    `folder ${megabytes(dataFolder)}`,
    `bucket ${objects} objects, ${versions} versions, ${megabytes(bucketBytes)}`,
    `ledger ${ledgerItems} + ${requestItems} items`,
  ].join('; ');
}

function summaryText({ days, workspaces, seed, seconds, growth }: Soak): string {
  const lines = growth.map(
    ({ what, first, last, perDay, bound, isWithin }) =>
      `${isWithin ? '✓' : '✗'} ${what}: ${first} to ${last}, ${perDay.toFixed(2)} a day and workspace, of ${bound}: ${growthBounds[what].why}`,
  );
  return [`${days} days of ${workspaces} workspaces from seed ${seed}, in ${seconds} s`, ...lines].join('\n');
}

await runScript<Flags>({
  name: 'soak',
  summary: 'let simulated weeks pass over many workspaces, and see what grows',
  options: [
    new Option('--days <n>', 'simulated days, at least 14')
      .argParser(numberBetween('--days', 14, 400))
      .default(30),
    new Option('--workspaces <n>', 'how many workspaces')
      .argParser(numberBetween('--workspaces', 1, 1000))
      .default(50),
    new Option('--seed <n>', 'chooses edits, answers and faults')
      .argParser(wholeNumber('--seed', 2 ** 30))
      .default(1),
    new Option('--json', 'print one JSON document on stdout, and progress on stderr'),
  ],
  examples: { '--days 14 --workspaces 5': 'see within minutes whether anything grows fast' },
  exits: { done: 'nothing grows beyond its bound', failed: 'something does' },
  run: async (flags) => {
    const result = await soak(flags);
    console.log(flags.json ? JSON.stringify(result, null, 2) : summaryText(result));
    return result.growth.every(({ isWithin }) => isWithin) ? exitCodes.done : exitCodes.failed;
  },
});
