import { setTimeout } from 'node:timers/promises';
import { GateloopError } from '../core/errors.ts';
import { failureText } from '../local/start/failureText.ts';
import { screenOn } from '../local/start/screen.ts';
import { exitCodes } from './push/exitCode.ts';
import { help, parsePushOptions } from './push/options.ts';

/** A pass takes seconds at least. */
const LOOK_EVERY_MS = 2000;
/** What stood in the way of a push that was asked for rightly. */
const NOT_FOLLOWED: ReadonlySet<string> = new Set(['NotFollowed', 'AwsTrouble']);

/** `npm run push`: parses, pushes, and turns what came of it into output and an exit code. */
async function main(): Promise<number> {
  const options = parsePushOptions(process.argv.slice(2), process.env);
  if (!options) {
    process.stdout.write(help);
    return exitCodes.ready;
  }
  // The SDK's clients take a second to load: nobody who asks for help, or mistypes an option, waits for them.
  const [{ push }, { destinationOf }, { uploadPolicy }] = await Promise.all([
    import('./push/push.ts'),
    import('./push/destination.ts'),
    import('./push/uploadPolicy.ts'),
  ]);
  if (options.policy) {
    const bucket = 'bucket' in options.to ? options.to.bucket : destinationOf(options.to).bucket;
    process.stdout.write(`${JSON.stringify(uploadPolicy(bucket, options.workspace), null, 2)}\n`);
    return exitCodes.ready;
  }
  const screen = screenOn(options.json ? process.stderr : process.stdout);
  const pause = () => setTimeout(LOOK_EVERY_MS);
  const result = await push(options, () => destinationOf(options.to), { screen, pause, now: Date.now });
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isOurs = error instanceof GateloopError;
  process.stderr.write(`${failureText(error)}\n`);
  process.exitCode = isOurs && !NOT_FOLLOWED.has(error.code) ? exitCodes.refused : exitCodes.notFollowed;
}
