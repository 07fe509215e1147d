#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { commands } from './commands.ts';
import { processIo, runProgram } from './program.ts';

/** Everything is on disk by then: what has not come to its end after ten seconds will not. */
const LINGERING_MS = 10_000;

/** The reader has gone, such as `head`: nobody reads what would be written. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));

process.exitCode = await runProgram(commands, process.argv.slice(2), processIo);
setTimeout(() => process.exit(), LINGERING_MS).unref();
