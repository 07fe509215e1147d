import type { JsonValue } from '../../../core/json.ts';

/** Where an event or a schedule goes. What is sent is the event itself unless one of the three inputs says otherwise. */
export type Target = (
  | { readonly kind: 'stateMachine'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'outbox'; readonly topic: string; readonly subject?: string }
  | { readonly kind: 'log'; readonly name: string }
) &
  TargetInput;

export interface TargetInput {
  /** A constant. */
  readonly input?: JsonValue;
  /** A part of the event, such as `$.detail`. */
  readonly inputPath?: string;
  readonly inputTransformer?: InputTransformer;
}

/** As in EventBridge: paths give the variables, which the template holds as `<name>`. */
export interface InputTransformer {
  readonly inputPathsMap?: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

export interface Rule {
  readonly name: string;
  /** The bus on which it listens, such as `default`; on all of them when left out. */
  readonly bus?: string;
  readonly pattern: JsonValue;
  readonly targets: readonly Target[];
}
