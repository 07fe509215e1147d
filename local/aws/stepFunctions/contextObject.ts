import type { JsonValue } from '../../../core/json.ts';
import type { Execution } from './execution.ts';
import { type LibraryState, OUTER_CONTEXT } from './libraryDefinition.ts';
import type { Machine } from './machine.ts';

/** The context object of one state, `$$` in the Amazon States Language. */
export interface StateContext {
  readonly Execution: {
    readonly Id: string;
    readonly Input: JsonValue;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly RedriveCount: number;
  };
  readonly State: { readonly EnteredTime: string; readonly Name: string; readonly RetryCount: number };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  readonly Task: { readonly Token?: string };
}

export interface InnerStateContext {
  readonly enteredAt: () => number;
  readonly token: () => string;
}

/**
 * The context objects that a state and the states inside it read, by the keys that `toLibraryState` moved them to.
 *
 * @param inner the members that differ at every visit to an inner state; each is computed when it is read
 */
export function contextOf(
  machine: Pick<Machine, 'arn' | 'name' | 'roleArn'>,
  execution: Execution,
  state: LibraryState,
  inner?: (contextKey: string) => InnerStateContext,
): Readonly<Record<string, StateContext>> {
  const { step } = execution;
  const shared = {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      RoleArn: machine.roleArn,
      StartTime: isoTime(execution.startedAt),
      RedriveCount: execution.redrives,
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
  };
  const contexts: Record<string, StateContext> = {
    [OUTER_CONTEXT]: {
      ...shared,
      State: {
        EnteredTime: isoTime(step?.enteredAt ?? execution.startedAt),
        Name: state.name,
        RetryCount: step?.retryCount ?? 0,
      },
      Task: step?.token ? { Token: step.token.value } : {},
    },
  };
  if (!inner) return contexts;
  for (const { name, contextKey } of state.inner) {
    const { enteredAt, token } = inner(contextKey);
    contexts[contextKey] = {
      ...shared,
      State: {
        get EnteredTime() {
          return isoTime(enteredAt());
        },
        Name: name,
        RetryCount: 0,
      },
      Task: {
        get Token() {
          return token();
        },
      },
    };
  }
  return contexts;
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
