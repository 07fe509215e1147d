import { expect, it } from 'vitest';
import type { JsonObject } from '../../core/json.ts';
import { stateDiagram, stateGraph, stateTable } from './stateDiagram.ts';

const machine: JsonObject = {
  StartAt: 'List',
  States: {
    List: {
      Type: 'Task',
      Comment: 'Lists a | b.',
      Catch: [
        { ErrorEquals: ['States.Timeout'], Next: 'Later' },
        { ErrorEquals: ['States.ALL'], Next: 'Failed' },
      ],
      Next: 'Empty?',
    },
    'Empty?': {
      Type: 'Choice',
      Comment: 'Decides.',
      Choices: [
        { Variable: '$.next', StringEquals: 'wait', Next: 'Later' },
        { Variable: '$.empty', BooleanEquals: true, Next: 'Done' },
      ],
      Default: 'Each',
    },
    Each: {
      Type: 'Map',
      Comment: 'Starts.',
      ItemProcessor: {
        StartAt: 'Start',
        States: { Start: { Type: 'Pass', Comment: 'Starts one.', End: true } },
      },
      Next: 'Done',
    },
    Later: { Type: 'Wait', Comment: 'Waits.', Next: 'List' },
    Done: { Type: 'Succeed', Comment: 'Ends.' },
    Failed: { Type: 'Fail', Comment: 'Fails.' },
  },
};

it('stateDiagram: draws every way through a state machine, with its condition', () => {
  expect(stateDiagram(machine)).toBe(`stateDiagram-v2
  [*] --> List
  List --> Empty
  List --> Later: Timeout
  List --> Failed: error
  Empty: Empty?
  Empty --> Later: next = wait
  Empty --> Done: empty
  Empty --> Each: otherwise
  state Each {
    [*] --> Start
    Start --> [*]
  }
  Each --> Done
  Later --> List
  Done --> [*]
  Failed --> [*]`);
});

it('stateTable: gives type and reason of every state, inside of Maps too', () => {
  expect(stateTable(machine).split('\n')).toEqual([
    '| state | type | why |',
    '|---|---|---|',
    '| `List` | Task | Lists a \\| b. |',
    '| `Empty?` | Choice | Decides. |',
    '| `Each` | Map | Starts. |',
    '| `Start` | Pass | Starts one. |',
    '| `Later` | Wait | Waits. |',
    '| `Done` | Succeed | Ends. |',
    '| `Failed` | Fail | Fails. |',
  ]);
});

it('stateGraph: has the states of the machine itself, each with those that may follow it', () => {
  const graph = stateGraph(machine);
  expect(graph.map(({ name }) => name)).toEqual(Object.keys(Object(machine.States)));
  const names = new Set(graph.map(({ name }) => name));
  expect(graph.flatMap(({ next }) => next).filter((name) => !names.has(name))).toEqual([]);
  expect(graph.some(({ next }) => next.length > 1)).toBe(true);
});
