#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { commands } from './commands.ts';
import { processIo, reportCrash, runProgram } from './program.ts';

/** Grace period for open handles. All state is on disk by then. */
const LINGERING_MS = 10_000;

/** EPIPE: the reader of a pipe, such as `head`, has exited. */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(1));

const args = process.argv.slice(2);
process.on('uncaughtException', (error) => process.exit(reportCrash(error, args, processIo)));

process.exitCode = await runProgram(commands, args, processIo);
setTimeout(() => process.exit(), LINGERING_MS).unref();
