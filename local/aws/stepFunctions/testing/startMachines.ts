import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../../core/json.ts';
import { SimulatedClock, whileBusy } from '../../../simulation/clock.ts';
import { Store } from '../../../simulation/store.ts';
import { nameFromArn } from '../../account.ts';
import { AwsError } from '../../http/awsError.ts';
import type { StateMachineDefinition } from '../machine.ts';
import { StateMachines } from '../stateMachines.ts';

export type FakeFunction = (payload: JsonObject) => JsonValue | Promise<JsonValue>;

/** State machines over functions written as closures, which can be shut down as a crash would and started again. */
export function startMachines({
  states,
  functions = {},
  machines = [],
  timeoutSeconds,
  store = new Store(':memory:'),
  clock = new SimulatedClock(),
}: {
  /** Of the machine `main`; the first of them begins. */
  states?: Record<string, JsonObject>;
  functions?: Readonly<Record<string, FakeFunction>>;
  machines?: readonly StateMachineDefinition[];
  timeoutSeconds?: number;
  store?: Store;
  clock?: SimulatedClock;
}) {
  const calls: { name: string; payload: JsonObject; at: number }[] = [];
  const sent: JsonObject[] = [];
  const main = states && {
    name: 'main',
    definition: {
      StartAt: Object.keys(states)[0] ?? '',
      States: states,
      ...(timeoutSeconds === undefined ? {} : { TimeoutSeconds: timeoutSeconds }),
    },
  };
  const stateMachines = new StateMachines({
    store,
    clock,
    random: () => 0.5,
    definitions: main ? [main, ...machines] : machines,
    ports: {
      invoke: (nameOrArn, text) =>
        whileBusy(clock, async () => {
          const name = nameFromArn(nameOrArn);
          const run = functions[name];
          if (!run) throw new AwsError('ResourceNotFoundException', `Function not found: ${name}`, 404);
          const payload = JSON.parse(text);
          calls.push({ name, payload, at: clock.now() });
          const answer = { requestId: randomUUID(), milliseconds: 1 };
          try {
            return { ...answer, failed: false, payload: JSON.stringify(await run(payload)) };
          } catch (error) {
            if (error instanceof AwsError) throw error;
            const { name: errorType, message: errorMessage } = error as Error;
            return {
              ...answer,
              failed: true,
              payload: JSON.stringify({ errorType, errorMessage, trace: [] }),
            };
          }
        }),
      putEvents: (entries) => {
        sent.push(...entries);
        return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: '1' })) };
      },
      publish: (message) => {
        sent.push({ ...message });
        return { id: '1' };
      },
      dynamodb: async (operation, request) => {
        sent.push({ operation, request });
        throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
      },
    },
  });
  stateMachines.resume();
  return {
    stateMachines,
    clock,
    store,
    calls,
    sent,
    /** Runs `main` to its end. */
    run: async (input: JsonValue = {}) => {
      const { arn } = stateMachines.start('main', input);
      await clock.until(() => stateMachines.describe(arn).status !== 'RUNNING', 400 * 24 * 3_600_000);
      return stateMachines.describe(arn);
    },
  };
}

/** An error of a name that a function may throw. */
export function failure(name: string, message = ''): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
