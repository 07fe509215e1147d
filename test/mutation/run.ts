import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Argument, Option } from 'commander';
import { runScript } from '../../scripts/runScript.ts';
import { type Room, rooms } from './rooms.ts';
import strykerConfig from './stryker.config.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = 'node_modules/.cache/mutation';
/** A room whose tests notice fewer mutants than this, in percent, breaks the run. */
const BREAK_BELOW = strykerConfig.thresholds.break;

interface RoomScore {
  readonly room: string;
  readonly killed: number;
  readonly survived: number;
  /** In percent; 100 for a room without mutants. */
  readonly score: number;
  readonly seconds: number;
}

/** The part of Stryker's incremental report that scores are counted from. */
interface MutationReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

interface MutationFlags {
  readonly force: boolean;
  readonly json: boolean;
}

/** Runs Stryker room by room, and prints a table of scores. */
function mutate({ force, json }: MutationFlags, names: readonly string[]): number {
  const selected = names.length > 0 ? rooms.filter(({ path }) => names.includes(path)) : rooms;
  mkdirSync(`${ROOT}${CACHE}`, { recursive: true });
  const scores = selected.map((room) => mutateRoom(room, force));
  if (json) console.log(JSON.stringify(scores, null, 2));
  else printTable(scores);
  return scores.every(({ score }) => score >= BREAK_BELOW) ? 0 : 1;
}

function mutateRoom(room: Room, force: boolean): RoomScore {
  const { path, isFlat, alsoTestedBy = [], withoutTests = [] } = room;
  const glob = isFlat ? `${path}/*` : `${path}/**/*`;
  const report = `${CACHE}/${path.replaceAll('/', '-')}.json`;
  const started = Date.now();
  const include = [`${glob}.test.ts`, ...alsoTestedBy];
  const mutate = [
    `${glob}.ts`,
    // Handlers only put a step and its clients together: the tests of the whole system run them.
    ...['**/*.test.ts', '**/testing/**', '**/{handler,createHandler}.ts', 'inMemory/**'].map(
      (excluded) => `!${path}/${excluded}`,
    ),
  ].join(',');
  console.error(`\n== ${path}`);
  const { status } = spawnSync(
    `${ROOT}test/mutation/node_modules/.bin/stryker`,
    [
      'run',
      'test/mutation/stryker.config.json',
      ...['--mutate', mutate],
      ...['--incrementalFile', report],
      ...(force ? ['--force'] : []),
    ],
    {
      cwd: ROOT,
      // Stryker's own text goes to stderr, so that --json prints nothing else on stdout.
      stdio: ['ignore', 2, 2],
      env: { ...process.env, MUTATION_TESTS: JSON.stringify({ include, exclude: withoutTests }) },
    },
  );
  const seconds = Math.round((Date.now() - started) / 1000);
  // A report of an earlier run says nothing about a run that broke off.
  const written = statSync(`${ROOT}${report}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (written < started)
    throw new Error(`Stryker ended with code ${status} in ${path} and wrote no report. Its output says why.`);
  // Stryker writes its own report format.
  const { files } = JSON.parse(readFileSync(`${ROOT}${report}`, 'utf8')) as MutationReport;
  return scoreOf(path, files, seconds);
}

function scoreOf(room: string, files: MutationReport['files'], seconds: number): RoomScore {
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
  const killed = statuses.filter((status) => status === 'Killed' || status === 'Timeout').length;
  const survived = statuses.filter((status) => status === 'Survived' || status === 'NoCoverage').length;
  const score = killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
  return { room, killed, survived, score, seconds };
}

function printTable(scores: readonly RoomScore[]): void {
  const row = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(32) : cell.padStart(10))).join('');
  console.log(row(['room', 'score', 'noticed', 'missed', 'seconds']));
  for (const { room, score, killed, survived, seconds } of scores)
    console.log(row([room, `${score.toFixed(1)} %`, `${killed}`, `${survived}`, `${seconds}`]));
}

await runScript<MutationFlags>({
  name: 'mutation',
  summary: "change the code of each room, one small change at a time, and run the room's tests against each",
  words: [
    new Argument('[rooms...]', 'these rooms alone').choices(rooms.map(({ path }) => path)).default([], 'all'),
  ],
  options: [
    new Option('--force', 'run all again, and not only what changed since the last run'),
    new Option('--json', 'print the scores as JSON on stdout'),
  ],
  examples: { 'core/reconcile': 'one room' },
  exits: {
    done: `in each room, the tests noticed ${BREAK_BELOW} percent of the changes at least`,
    failed: 'in a room they noticed fewer',
  },
  run: mutate,
});
