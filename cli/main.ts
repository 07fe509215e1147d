import { GateloopError } from '../core/errors.ts';
import { exitCodeOf } from './start/exitCodeOf.ts';
import { failureText } from './start/failureText.ts';
import { type Interruption, listenForInterruption } from './start/interruption.ts';
import { help, parseOptions } from './start/options.ts';
import { screenOn } from './start/screen.ts';

/** What shells give for a process that Ctrl-C ended. */
const INTERRUPTED = 130;
/** Errors in what was asked for, which `--once` tells from what failed. */
const REFUSED_INPUT: ReadonlySet<string> = new Set([
  'InvalidOption',
  'FolderMissing',
  'FolderIsWorkspace',
  'FolderEmpty',
]);
/** Everything is on disk by then: what has not come to its end after ten seconds will not. */
const LINGERING_MS = 10_000;

/** `npm start`: parses, runs, and turns what came of it into output and an exit code. */
async function main(interruption: Interruption): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  const screen = screenOn(options.json ? process.stderr : process.stdout);
  screen.show(['Starting the embedded AWS']);
  // The SDK's clients take a second or two to load: nobody who asks for help, or mistypes an option, waits for them.
  const { run } = await import('./start/run.ts');
  const result = await run(options, screen, interruption);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  if (!options.once) return 0;
  return interruption.isRequested ? INTERRUPTED : exitCodeOf(result);
}

/** Whoever reads has gone, such as `head`: there is nobody to say anything to. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));

try {
  process.exitCode = await main(listenForInterruption(process, () => process.exit(INTERRUPTED)));
} catch (error) {
  const isOurs = error instanceof GateloopError;
  process.stderr.write(`${failureText(error)}\n`);
  process.exitCode = isOurs && REFUSED_INPUT.has(error.code) ? 2 : 1;
}
setTimeout(() => process.exit(), LINGERING_MS).unref();
