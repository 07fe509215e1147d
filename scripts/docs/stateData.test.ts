import { describe, expect, it } from 'vitest';
import { keptInVain } from './stateData.ts';
import type { NamedState } from './stateDiagram.ts';

const task = (more: object): NamedState => ['Start', { Type: 'Task', Next: 'Read', ...more }];
const read: NamedState = ['Read', { Type: 'Choice', Choices: [{ Variable: '$.lease.dirty' }] }];
const STEP = '$' + '{PollFunctionArn}';
const START = 'arn:aws:states:::states:startExecution';

describe('keptInVain', () => {
  it('keptInVain: accepts what a later state reads, by a path of its own or through a function', () => {
    expect(keptInVain([task({ Resource: STEP, ResultPath: '$.lease' }), read], [])).toEqual([]);
    expect(keptInVain([task({ Resource: STEP, ResultPath: '$.unread' }), read], ['$.unread'])).toEqual([]);
  });

  it('keptInVain: reports a result and an error that no state reads', () => {
    const state = task({ Resource: STEP, ResultPath: '$.done', Catch: [{ ResultPath: '$.error' }] });
    expect(keptInVain([state, read], [])).toEqual([
      '"Start" keeps $.done, which no state reads.',
      '"Start" keeps $.error, which no state reads.',
    ]);
  });

  it.each([{ Resource: START }, { Type: 'Map', ItemProcessor: {} }])(
    'keptInVain: reports the answer of a service that %j keeps',
    (state) => {
      expect(keptInVain([task(state)], [])).toEqual([
        '"Start" keeps the answer of a service: give it an empty ResultSelector.',
      ]);
      expect(keptInVain([task({ ...state, ResultSelector: {} })], [])).toEqual([]);
      expect(keptInVain([task({ ...state, ResultPath: null })], [])).toEqual([]);
    },
  );
});
