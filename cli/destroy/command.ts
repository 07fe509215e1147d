import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { confirmed, parseCommand, runCommand } from './commandLine.ts';
import { destroy, destroyFlags, help } from './destroy/destroy.ts';
import { openRemainsClients } from './destroy/remains.ts';

/** A stack takes minutes to go. */
const LOOK_EVERY_MS = 5000;

/** `npm run destroy`. */
await runCommand(async () => {
  const options = parseCommand(process.argv.slice(2), destroyFlags);
  if (!options) {
    console.log(help);
    return 0;
  }
  return destroy(options, {
    ...openRemainsClients(),
    cloudFormation: new CloudFormationClient({}),
    say: console.log,
    confirm: confirmed,
    pause: () => setTimeout(LOOK_EVERY_MS),
  });
});
