import type { Member, OperationShape, ShapeCatalogue, Structure } from '../../api/shapes.ts';

/** The members that updates take in the worlds of the tests. */
const UPDATES: Readonly<Record<string, readonly string[]>> = {
  UpdateGateway: ['gatewayIdentifier', 'name', 'description', 'authorizerType', 'roleArn'],
  UpdateGatewayTarget: ['name', 'description', 'targetConfiguration', 'credentialProviderConfigurations'],
  UpdateOauth2CredentialProvider: ['name', 'credentialProviderVendor'],
};

/** As much of the API's shapes as deciding needs. */
export const catalogue: ShapeCatalogue = {
  shape: () => undefined,
  operation: (name) => {
    const members = UPDATES[name];
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

function structure(name: string, members: readonly string[]): Structure {
  return { type: 'structure', name, members: new Map(members.map((member) => [member, text(member)])) };
}

function text(name: string): Member {
  return { name, required: false, sensitive: false, shape: { type: 'string', name } };
}
