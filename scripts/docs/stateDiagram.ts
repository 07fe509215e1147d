import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';

/** @returns a Mermaid state diagram of a state machine in Amazon States Language */
export function stateDiagram(machine: JsonObject): string {
  return ['stateDiagram-v2', ...machineLines(machine, '  ')].join('\n');
}

/** A state and the states that may follow it, for a picture. */
export interface GraphState {
  readonly name: string;
  readonly next: readonly string[];
}

/** @returns the states of the machine itself, in the order of its definition */
export function stateGraph(machine: JsonObject): GraphState[] {
  const names = new Map(statesOf(machine).map(([name]) => [stateId(name), name]));
  return statesOf(machine).map(([name, state]) => ({
    name,
    next: [...new Set(transitions(state).flatMap(({ to }) => names.get(to) ?? []))],
  }));
}

/** @returns a Markdown table with the type and the Comment of every state, those inside of Maps included */
export function stateTable(machine: JsonObject): string {
  const rows = flattenStates(machine).map(
    ([name, state]) => `| \`${name}\` | ${state.Type} | ${String(state.Comment).replaceAll('|', '\\|')} |`,
  );
  return ['| state | type | why |', '|---|---|---|', ...rows].join('\n');
}

export type NamedState = readonly [name: string, state: JsonObject];

function statesOf({ States }: JsonObject): NamedState[] {
  if (!isJsonObject(States)) return [];
  return Object.entries(States).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]));
}

/** @returns the states of the machine, and those of each machine inside of Maps and Parallels */
export function machinesIn(machine: JsonObject): NamedState[][] {
  const states = statesOf(machine);
  const inner = states.flatMap(([, { ItemProcessor, Branches }]) => [
    ...(isJsonObject(ItemProcessor) ? [ItemProcessor] : []),
    ...objectsOf(Branches),
  ]);
  return [states, ...inner.flatMap(machinesIn)];
}

/** @returns every state with its name, those inside of Maps and Parallels included */
export function flattenStates(machine: JsonObject): NamedState[] {
  return statesOf(machine).flatMap(([name, state]): NamedState[] => {
    const inner = [
      ...(isJsonObject(state.ItemProcessor) ? [state.ItemProcessor] : []),
      ...objectsOf(state.Branches),
    ];
    return [[name, state], ...inner.flatMap(flattenStates)];
  });
}

function machineLines(machine: JsonObject, indent: string): string[] {
  return [
    `${indent}[*] --> ${stateId(String(machine.StartAt))}`,
    ...statesOf(machine).flatMap((entry) => stateLines(entry, indent)),
  ];
}

function stateLines([name, state]: NamedState, indent: string): string[] {
  const id = stateId(name);
  const lines: string[] = [];
  // Mermaid takes no punctuation in an id.
  if (id !== name) lines.push(`${indent}${id}: ${name}`);
  if (isJsonObject(state.ItemProcessor))
    lines.push(`${indent}state ${id} {`, ...machineLines(state.ItemProcessor, `${indent}  `), `${indent}}`);
  for (const { to, when } of transitions(state))
    lines.push(`${indent}${id} --> ${to}${when === undefined ? '' : `: ${when}`}`);
  return lines;
}

interface Transition {
  readonly to: string;
  readonly when?: string;
}

/** A state's arrows in the order of its definition; several that lead to one state for one reason are one arrow. */
function transitions(state: JsonObject): Transition[] {
  const choices = objectsOf(state.Choices).map((choice) => ({
    to: stateId(String(choice.Next)),
    when: condition(choice),
  }));
  const caught = objectsOf(state.Catch).map(({ Next, ErrorEquals }) => ({
    to: stateId(String(Next)),
    when: errorLabel(ErrorEquals),
  }));
  const all: Transition[] = [
    ...choices,
    ...(state.Default === undefined ? [] : [{ to: stateId(String(state.Default)), when: 'otherwise' }]),
    ...(state.Next === undefined ? [] : [{ to: stateId(String(state.Next)) }]),
    ...(state.End === true || state.Type === 'Succeed' || state.Type === 'Fail' ? [{ to: '[*]' }] : []),
    ...caught,
  ];
  const byText = new Map(all.map((transition) => [`${transition.to} ${transition.when}`, transition]));
  return [...byText.values()];
}

/** Such as `next = ask` for a comparison of `$.next` with `ask`. */
function condition({ Variable, ...rest }: JsonObject): string {
  const [expected] = Object.entries(rest).flatMap(([key, value]) => (/Equals$/.test(key) ? [value] : []));
  const variable = String(Variable).replace(/^\$\./, '');
  return expected === true ? variable : `${variable} = ${expected}`;
}

/** `error` for any error; otherwise the last word of the error's name, such as `Timeout` for `States.Timeout`. */
function errorLabel(errors: JsonValue | undefined): string {
  const names = Array.isArray(errors) ? errors.map(String) : [];
  return names.includes('States.ALL') ? 'error' : names.map((name) => name.replace(/^.*\./, '')).join(' or ');
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function stateId(name: string): string {
  return name.replaceAll(/\W/g, '');
}
