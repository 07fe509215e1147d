import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { confirmed, parseCommand, runCommand } from './commandLine.ts';
import { help, redrive } from './redrive/redrive.ts';

/** `npm run redrive`. */
await runCommand(async () => {
  const options = parseCommand<never>(process.argv.slice(2), []);
  if (!options) {
    console.log(help);
    return 0;
  }
  return redrive(options, {
    sfn: new SFNClient({}),
    sqs: new SQSClient({}),
    say: console.log,
    confirm: confirmed,
    now: Date.now,
  });
});
