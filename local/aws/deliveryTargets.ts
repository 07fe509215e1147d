import type { JsonValue } from '../../core/json.ts';
import type { Delivery, DeliveryTargets } from './eventBridge/deliveries.ts';
import type { Target } from './eventBridge/target.ts';
import { AwsError } from './http/awsError.ts';
import type { Functions } from './lambda/functions.ts';
import type { Outbox } from './sns/outbox.ts';
import type { StateMachines } from './stepFunctions/stateMachines.ts';

interface TargetServices {
  readonly functions: Functions;
  readonly stateMachines: StateMachines;
  readonly outbox: Outbox;
}

type DeliveryTo<Kind extends Target['kind']> = Delivery & { readonly target: { readonly kind: Kind } };

/** How rules and schedules deliver to each kind of target. */
export function createDeliveryTargets(services: () => TargetServices): DeliveryTargets {
  return {
    stateMachine: async (delivery) => {
      if (isTo(delivery, 'stateMachine')) startExecution(services().stateMachines, delivery);
    },
    function: async (delivery) => {
      if (isTo(delivery, 'function')) await invoke(services().functions, delivery);
    },
    outbox: async (delivery) => {
      if (isTo(delivery, 'outbox')) publish(services().outbox, delivery);
    },
    log: async (delivery) => {
      if (!isTo(delivery, 'log')) return;
      const entry = { function: delivery.target.name, requestId: delivery.id, stream: 'stdout' } as const;
      services().functions.log.add({ ...entry, text: JSON.stringify(delivery.input) });
    },
  };
}

function isTo<Kind extends Target['kind']>(delivery: Delivery, kind: Kind): delivery is DeliveryTo<Kind> {
  return delivery.target.kind === kind;
}

/** The delivery's id names the execution, so that a delivery repeated after a crash starts no second one. */
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
  outbox.publish({ topic, ...(subject === undefined ? {} : { subject }), message: messageText(input) });
}

function messageText(input: JsonValue): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}
