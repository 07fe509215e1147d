import type { JsonValue } from '../core/manifest/json.ts';
import type { Delivery, Senders } from './events/deliveries.ts';
import type { Target } from './events/target.ts';
import type { Functions } from './functions/functions.ts';
import type { Outbox } from './sns/outbox.ts';
import type { StateMachines } from './stateMachines/stateMachines.ts';
import { AwsError } from './wire/awsError.ts';

interface Receivers {
  readonly functions: Functions;
  readonly stateMachines: StateMachines;
  readonly outbox: Outbox;
}

type DeliveryTo<Kind extends Target['kind']> = Delivery & { readonly target: { readonly kind: Kind } };

/** How rules and schedules reach each kind of target. */
export function createSenders(receivers: () => Receivers): Senders {
  return {
    stateMachine: async (delivery) => {
      if (isTo(delivery, 'stateMachine')) startExecution(receivers().stateMachines, delivery);
    },
    function: async (delivery) => {
      if (isTo(delivery, 'function')) await invoke(receivers().functions, delivery);
    },
    outbox: async (delivery) => {
      if (isTo(delivery, 'outbox')) publish(receivers().outbox, delivery);
    },
    log: async (delivery) => {
      if (!isTo(delivery, 'log')) return;
      const entry = { function: delivery.target.name, requestId: delivery.id, stream: 'stdout' } as const;
      receivers().functions.log.add({ ...entry, text: JSON.stringify(delivery.input) });
    },
  };
}

function isTo<Kind extends Target['kind']>(delivery: Delivery, kind: Kind): delivery is DeliveryTo<Kind> {
  return delivery.target.kind === kind;
}

/** The delivery's id names the execution, so that a delivery repeated after a crash starts nothing twice. */
function startExecution(
  stateMachines: StateMachines,
  { id, target, input }: DeliveryTo<'stateMachine'>,
): void {
  try {
    stateMachines.start(target.name, input, id);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'ExecutionAlreadyExists')) throw error;
  }
}

async function invoke(functions: Functions, { target, input }: DeliveryTo<'function'>): Promise<void> {
  const { failed, payload } = await functions.invoke(target.name, JSON.stringify(input));
  if (failed) throw new Error(payload);
}

function publish(outbox: Outbox, { target, input }: DeliveryTo<'outbox'>): void {
  const { topic, subject } = target;
  outbox.publish({ topic, ...(subject === undefined ? {} : { subject }), message: messageOf(input) });
}

function messageOf(input: JsonValue): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}
