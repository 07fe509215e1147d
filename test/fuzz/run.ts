import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Find } from './fuzzKind.ts';
import { findKind, fuzzKinds } from './kinds.ts';
import { fuzz, type Progress, type Summary } from './runBatches.ts';

const HELP = `Gives Gateloop inputs that nobody would write, and checks that it accepts or refuses each one as it promises.

npm run fuzz -- [options]
  --runs N      how many inputs, 100,000 by default
  --seed S      the seed of the inputs. Random by default
  --kind K      one kind alone
  --input JSON  checks this one input of the kind, as a find prints it
  --json        prints the result as JSON
  --help        prints this

Kinds:
${fuzzKinds.map(({ name, fuzzed }) => `  ${name.padEnd(13)} ${fuzzed}`).join('\n')}

For each input: no exception but a GateloopError with a code and a bounded message, at most 2 s of processor time,
bounded output, no change of a prototype, no text of a stranger that is not escaped.

Exit code 0: no find. 1: a find. 2: a wrong option.`;

/** A seed and the numbers of all batches after it are 32-bit integers. */
const MAX_RANDOM_SEED = 2 ** 30;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * MAX_RANDOM_SEED)) },
      kind: { type: 'string' },
      input: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.input !== undefined) return replay(values.kind ?? '', values.input);
  const kinds = values.kind === undefined ? fuzzKinds : [findKind(values.kind)];
  const summary = await fuzz(
    kinds,
    { runs: wholeNumber('runs', values.runs), seed: wholeNumber('seed', values.seed) },
    { threads: availableParallelism(), onProgress: showProgress },
  );
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary));
  return summary.finds.length > 0 ? 1 : 0;
}

async function replay(kind: string, input: string): Promise<number> {
  const reason = await findKind(kind).replay(input);
  console.log(reason ?? 'No find.');
  return reason === undefined ? 0 : 1;
}

function showProgress({ inputs, runs, finds, seconds }: Progress): void {
  const rate = Math.round(inputs / Math.max(1, seconds));
  console.error(`${inputs} of ${runs} inputs, ${finds} finds, ${rate} a second`);
}

function summaryText({ seed, seconds, kinds, finds }: Summary): string {
  const rows = kinds.map(({ name, inputs, inputsPerSecond }) =>
    [name.padEnd(13), String(inputs).padStart(9), String(inputsPerSecond).padStart(9)].join(' '),
  );
  const total = kinds.reduce((sum, { inputs }) => sum + inputs, 0);
  return [
    ...finds.map(findText),
    ['kind             inputs  a second of one core', ...rows].join('\n'),
    `${total} inputs from seed ${seed} in ${Math.round(seconds)} s, ${finds.length} finds.`,
  ].join('\n\n');
}

function findText({ kind, seed, runs, reason, input }: Find): string {
  const replayInput =
    input === undefined
      ? []
      : [`  Replay the input: npm run fuzz -- --kind ${kind} --input '${quoted(input)}'`];
  return [
    `${kind}, seed ${seed}: ${reason}`,
    ...replayInput,
    `  Replay the seed:  npm run fuzz -- --kind ${kind} --seed ${seed} --runs ${runs}`,
  ].join('\n');
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return text.replaceAll("'", `'\\''`);
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new RangeError(`--${option} is ${JSON.stringify(text)}. Give a whole number.`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
