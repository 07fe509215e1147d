import type { OperationShape, ShapeCatalog, ShapeMember, StructureShape } from '../../api/shapes.ts';

/** The members that update calls accept in the tests. */
const UPDATABLE_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  UpdateGateway: [
    'gatewayIdentifier',
    'name',
    'description',
    'authorizerType',
    'roleArn',
    'exceptionLevel',
    'kmsKeyArn',
  ],
  UpdateGatewayTarget: ['name', 'description', 'targetConfiguration', 'credentialProviderConfigurations'],
  UpdateOauth2CredentialProvider: ['name', 'credentialProviderVendor'],
};

/** The API shapes that `decide` needs. */
export const catalog: ShapeCatalog = {
  shape: () => undefined,
  operation: (name) => {
    const members = UPDATABLE_MEMBERS[name];
    return members && operation(name, members);
  },
};

function operation(name: string, members: readonly string[]): OperationShape {
  return {
    name,
    method: 'PUT',
    path: '/',
    status: 200,
    input: structure(`${name}Request`, members),
    output: structure(`${name}Response`, members),
  };
}

function structure(name: string, members: readonly string[]): StructureShape {
  return { type: 'structure', name, members: new Map(members.map((member) => [member, text(member)])) };
}

function text(name: string): ShapeMember {
  return { name, required: false, sensitive: false, shape: { type: 'string', name } };
}
