import { GateloopError } from '../core/errors.ts';
import { formatProblem } from '../core/manifest/problem.ts';
import { Display, table } from './start/display.ts';
import { help, parseOptions } from './start/options.ts';
import { exitCodeOf } from './start/result.ts';
import { run } from './start/run.ts';

/** `npm start`: parses, runs, and turns what came of it into output and an exit code. */
async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const stream = options.json ? process.stderr : process.stdout;
  const result = await run(options, (given) => new Display({ ...given, stream }));
  stream.write(`${table(result, formatProblem)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return options.once ? exitCodeOf(result) : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof GateloopError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
