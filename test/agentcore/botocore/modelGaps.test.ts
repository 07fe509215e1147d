import { describe, expect, it } from 'vitest';
import { controlPlaneShapes } from '../../../adapters/sdkShapes.ts';
import { gapList, missingMembers, missingOperations, type ServiceModel, withGapList } from './modelGaps.ts';

/** A model that is newer than the SDK: an operation, a member of the request, and one in a list below it. */
const model: ServiceModel = {
  operations: {
    CreateGateway: { input: { shape: 'CreateGatewayRequest' } },
    RenameGateway: { input: { shape: 'RenameGatewayRequest' } },
  },
  shapes: {
    CreateGatewayRequest: {
      type: 'structure',
      members: {
        name: { shape: 'Name' },
        color: { shape: 'Color' },
        interceptorConfigurations: { shape: 'Interceptors' },
      },
    },
    Name: { type: 'string' },
    Color: { type: 'structure', members: { hue: { shape: 'Name' } } },
    Interceptors: { type: 'list', member: { shape: 'Interceptor' } },
    Interceptor: { type: 'structure', members: { interceptor: { shape: 'Name' }, order: { shape: 'Name' } } },
  },
};

describe('missingOperations', () => {
  it('names the operations of the model that the SDK lacks', () => {
    expect(missingOperations(model, controlPlaneShapes.operationNames)).toEqual(['RenameGateway']);
  });
});

describe('missingMembers', () => {
  it('names the missing members of requests and of structures below them, but not what a missing member contains', () => {
    expect(missingMembers(model, controlPlaneShapes, ['CreateGateway', 'RenameGateway'])).toEqual([
      { structure: 'CreateGatewayRequest', members: ['color'] },
      { structure: 'Interceptor', members: ['order'] },
    ]);
  });
});

describe('withGapList', () => {
  const list = gapList(['RenameGateway'], [{ structure: 'Interceptor', members: ['order'] }]);

  it('replaces the list in a document, and changes nothing in a document that has it', () => {
    const before = `# Title\n\n${'<!-- The list from here is generated: npm run test:botocore -- --write -->'}\nold\n${'<!-- The end of the generated list -->'}\nrest`;
    const after = withGapList(before, list);
    expect(after).toContain('`RenameGateway`');
    expect(after).toContain('| Interceptor | `order` |');
    expect(after).not.toContain('old');
    expect(withGapList(after, list)).toBe(after);
  });

  it('refuses a document without a place for the list', () => {
    expect(() => withGapList('# Title', list)).toThrow(/no place/);
  });
});
