import { describe, expect, it } from 'vitest';
import { CleanUp, undoneCreations } from './cleanUp.ts';
import { OPERATIONS } from './operations.ts';

class ServiceError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

function gatewayWithTarget(): CleanUp {
  const cleanUp = new CleanUp();
  cleanUp.recordCreated('CreateGateway', {}, { gatewayId: 'g' });
  cleanUp.recordCreated('CreateGatewayTarget', { gatewayIdentifier: 'g' }, { targetId: 't' });
  cleanUp.recordCreated('TagResource', {}, {});
  return cleanUp;
}

/** Repeats an action as often as the test allows. */
const times = (count: number) => async (action: () => Promise<boolean>) => {
  for (let attempt = 0; attempt < count; attempt += 1) if (await action()) return;
};

describe('CleanUp', () => {
  it('deletes children before their parents, and leaves nothing', async () => {
    const deletions: string[] = [];
    const call = async (operation: string) => {
      deletions.push(operation);
      return {};
    };
    expect(await gatewayWithTarget().run(call, times(1), false)).toEqual([]);
    expect(deletions).toEqual(['DeleteGatewayTarget', 'DeleteGateway']);
  });

  it('repeats only the deletions that the service refused, until it accepts them', async () => {
    const deletions: string[] = [];
    const call = async (operation: string) => {
      deletions.push(operation);
      if (operation === 'DeleteGateway' && deletions.length < 4)
        throw new ServiceError('ConflictException', 'has targets');
      return {};
    };
    expect(await gatewayWithTarget().run(call, times(9), false)).toEqual([]);
    expect(deletions).toEqual(['DeleteGatewayTarget', 'DeleteGateway', 'DeleteGateway', 'DeleteGateway']);
  });

  it('names what is left, with the last answer, and does not repeat a denied deletion', async () => {
    let calls = 0;
    const call = async (operation: string) => {
      calls += 1;
      if (operation === 'DeleteGateway') throw new ServiceError('AccessDeniedException', 'no permission');
      return {};
    };
    expect(await gatewayWithTarget().run(call, times(9), true)).toEqual([
      {
        operation: 'DeleteGateway',
        input: { gatewayIdentifier: 'g' },
        reason: 'AccessDeniedException: no permission',
      },
    ]);
    expect(calls).toBe(2);
  });

  it('leaves a target that waits for a person to the patient run at the end', async () => {
    let isExpired = false;
    const call = async (operation: string) => {
      if (!isExpired)
        throw new ServiceError('ConflictException', `${operation} in Create_Pending_Auth state`);
      return {};
    };
    const cleanUp = gatewayWithTarget();
    let rounds = 0;
    const counted = async (action: () => Promise<boolean>) => {
      while (rounds < 9 && !(await action())) rounds += 1;
    };
    expect(await cleanUp.run(call, counted, false)).toHaveLength(2);
    expect(rounds).toBe(0);
    isExpired = true;
    expect(await cleanUp.run(call, times(1), true)).toEqual([]);
  });
});

it('clean-up: deletes what each creation makes', () => {
  const creations = OPERATIONS.filter((operation) => /^(\w+\.)?Create/.test(operation));
  expect([...undoneCreations].sort()).toEqual([...creations].sort());
});
