import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import {
  ExecutionAlreadyExists,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

const help = `Usage: npm run redrive -- executions|dead-letters [--env main]

  executions    runs failed and timed-out executions again, from the state that failed
  dead-letters  starts what rules and schedules could not start, and takes it from the queue
`;

/** Step Functions redrives an execution up to this long after it ended. */
const REDRIVABLE_MS = 14 * 86_400_000;

/** Runs each failed execution of the environment again. @returns how many */
async function redriveExecutions(prefix: string): Promise<number> {
  const sfn = new SFNClient({});
  let redriven = 0;
  for (const stateMachineArn of await stateMachines(sfn, prefix)) {
    for (const statusFilter of ['FAILED', 'TIMED_OUT'] as const) {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter, maxResults: 1000 }),
      );
      for (const { executionArn, stopDate } of executions) {
        if ((stopDate?.getTime() ?? 0) < Date.now() - REDRIVABLE_MS) continue;
        await sfn.send(new RedriveExecutionCommand({ executionArn }));
        console.log(`Runs again: ${executionArn}`);
        redriven += 1;
      }
    }
  }
  return redriven;
}

async function stateMachines(sfn: SFNClient, prefix: string): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new ListStateMachinesCommand({ ...(nextToken && { nextToken }) }));
    for (const { name = '', stateMachineArn } of page.stateMachines ?? []) {
      if (name.startsWith(prefix) && stateMachineArn !== undefined) arns.push(stateMachineArn);
    }
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/** Starts each dead letter's execution, and only then takes the letter from the queue. @returns how many */
async function redriveDeadLetters(prefix: string): Promise<number> {
  const sqs = new SQSClient({});
  const sfn = new SFNClient({});
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `${prefix}dead-letters` }));
  let redriven = 0;
  while (true) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return redriven;
    for (const message of Messages) {
      if (await start(sfn, message)) redriven += 1;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}

/** @returns whether it was started now; it was before where the name is taken */
async function start(
  sfn: SFNClient,
  { MessageId = '', Body, MessageAttributes = {} }: Message,
): Promise<boolean> {
  const stateMachineArn = MessageAttributes.TARGET_ARN?.StringValue;
  if (stateMachineArn === undefined)
    throw new Error(`The dead letter ${MessageId} has no attribute TARGET_ARN; it is left in the queue.`);
  const name = createHash('sha256').update(MessageId).digest('hex');
  try {
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, ...(Body && { input: Body }) }));
    console.log(`Started: ${stateMachineArn} ${name}`);
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

const ways: Readonly<Record<string, (prefix: string) => Promise<number>>> = {
  executions: redriveExecutions,
  'dead-letters': redriveDeadLetters,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { env: { type: 'string', default: 'main' } },
});
const redrive = ways[positionals[0] ?? ''];
if (redrive) console.log(`${await redrive(`gateloop-${values.env}-`)} redriven.`);
else {
  console.log(help);
  process.exitCode = 2;
}
