import { describe, expect, it } from 'vitest';
import { rejection } from '../awsError.ts';
import { CallScript } from './callScript.ts';
import { InMemoryAuthorizationSessions } from './inMemoryAuthorizationSessions.ts';
import { ServiceError, StepKilled, serviceErrors } from './serviceError.ts';

interface Port {
  add(item: string): Promise<number>;
  clear(): Promise<void>;
}

/** A port whose only effect is to count its calls. */
function openPort() {
  const script = new CallScript<Port>();
  const items: string[] = [];
  return { script, items, add: (item: string) => script.run('add', [item], () => items.push(item)) };
}

describe('CallScript', () => {
  it('fails the next call without its effect, and no call after it', async () => {
    const { script, items, add } = openPort();
    script.failNext('add', new ServiceError('ThrottlingException'));
    await expect(add('one')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(items).toEqual([]);
    expect(await add('two')).toBe(1);
  });

  it('fails the next call after its effect', async () => {
    const { script, items, add } = openPort();
    script.failNextAfterEffect('add', new StepKilled());
    await expect(add('one')).rejects.toThrow(StepKilled);
    expect(items).toEqual(['one']);
  });

  it('runs arranged actions before the effect, in their order', async () => {
    const { script, items, add } = openPort();
    script.beforeNext('add', () => void items.push('other'));
    script.letPass('add', 2);
    script.failNext('add', new StepKilled());
    for (const item of ['one', 'two', 'three']) await add(item);
    await expect(add('four')).rejects.toThrow(StepKilled);
    expect(items).toEqual(['other', 'one', 'two', 'three']);
  });

  it('does not affect calls of other methods, and names unused arrangements', async () => {
    const { script, add } = openPort();
    script.failNext('clear', new StepKilled());
    await add('one');
    expect(script.unused()).toEqual(['clear']);
  });

  it('records calls with copies of their arguments, failed calls included', async () => {
    const script = new CallScript<{ add(items: readonly string[]): Promise<void> }>();
    const items = ['one'];
    script.failNext('add', new StepKilled());
    await expect(script.run('add', [items], () => {})).rejects.toThrow();
    items.push('two');
    expect(script.calls()).toEqual([{ method: 'add', input: [['one']] }]);
    expect(script.calls('add')).toHaveLength(1);
  });
});

describe('service errors', () => {
  it.each(Object.entries(serviceErrors))(
    'are transient in memory if and only if they are for the AWS adapters: %s',
    (name, { transient }) => {
      const error = Object.assign(new Error('rejected'), { name, $metadata: { httpStatusCode: 400 } });
      expect(rejection(error)).toMatchObject({ code: name, transient });
    },
  );

  it('are returned as rejections by ports with call results, unlike a killed step', async () => {
    const sessions = new InMemoryAuthorizationSessions();
    sessions.script.failNext('complete', new ServiceError('InternalServerException', 'Try later.'));
    expect(await sessions.complete('session', 'ada')).toEqual({
      kind: 'rejected',
      code: 'InternalServerException',
      message: 'Try later.',
      transient: true,
    });
    sessions.script.failNext('complete', new StepKilled());
    await expect(sessions.complete('session', 'ada')).rejects.toThrow(StepKilled);
  });
});
