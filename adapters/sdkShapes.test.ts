import { describe, expect, it } from 'vitest';
import type { Shape, StructureShape } from '../core/api/shapes.ts';
import { changesOf, resourceKinds } from '../core/resources/resourceKinds.ts';
import { resourceShapes } from './resourceShapes.ts';
import { agentRegistryShapes, controlPlaneShapes, dataPlaneShapes } from './sdkShapes.ts';

function structure(name: string): StructureShape {
  const shape = controlPlaneShapes.shape(name);
  if (shape?.type !== 'structure' && shape?.type !== 'union') throw new Error(`${name} is no structure`);
  return shape;
}

describe('controlPlaneShapes', () => {
  it('marks required members', () => {
    const members = [...structure('CreateGatewayRequest').members.values()];
    expect(members.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'name',
      'roleArn',
      'authorizerType',
    ]);
  });

  it('has the format of timestamps', () => {
    expect(structure('GetGatewayResponse').members.get('createdAt')?.shape).toEqual({
      type: 'timestamp',
      name: 'createdAt',
      format: 'date-time',
    });
  });

  it('has the method, path, status, input and output of each operation', () => {
    const operation = controlPlaneShapes.operation('CreateGateway');
    expect(operation).toMatchObject({ method: 'POST', path: '/gateways/', status: 202 });
    expect(operation?.input.name).toBe('CreateGatewayRequest');
    expect(operation?.output.members.has('gatewayUrl')).toBe(true);
    expect(controlPlaneShapes.operation('CreateNothing')).toBeUndefined();
  });

  it('has the location of members in the request', () => {
    const { members } = structure('ListGatewayTargetsRequest');
    expect(members.get('gatewayIdentifier')?.location).toEqual({ in: 'path', name: 'gatewayIdentifier' });
    expect(members.get('maxResults')?.location).toEqual({ in: 'query', name: 'maxResults' });
    expect(structure('CreateGatewayRequest').members.get('name')?.location).toBeUndefined();
    const invocation = dataPlaneShapes.operation('InvokeAgentRuntime')?.input.members;
    expect(invocation?.get('contentType')?.location).toEqual({ in: 'header', name: 'Content-Type' });
  });

  it('distinguishes unions and structures', () => {
    expect(structure('McpTargetConfiguration').type).toBe('union');
    expect([...structure('TargetConfiguration').members.keys()]).toContain('mcp');
    expect(structure('McpServerTargetConfiguration').type).toBe('structure');
  });

  it('reads an empty structure as a structure, not as a string', () => {
    expect(structure('HarnessGatewayOutboundAuth').members.get('awsIam')?.shape).toMatchObject({
      type: 'structure',
      members: new Map(),
    });
  });

  it('marks secrets as sensitive', () => {
    expect(structure('GithubOauth2ProviderConfigInput').members.get('clientSecret')?.sensitive).toBe(true);
    expect(structure('GithubOauth2ProviderConfigInput').members.get('clientId')?.sensitive).toBe(false);
  });

  it('reads lists, maps and simple types', () => {
    const { members } = structure('CreateGatewayRequest');
    expect(members.get('tags')?.shape).toMatchObject({ type: 'map', value: { type: 'string' } });
    expect(structure('SynchronizeGatewayTargetsRequest').members.get('targetIdList')?.shape).toMatchObject({
      type: 'list',
      element: { type: 'string' },
    });
    expect(structure('SessionConfiguration').members.get('sessionTimeoutInSeconds')?.shape.type).toBe(
      'number',
    );
    expect(controlPlaneShapes.shape('GatewayInterceptorConfigurations')?.type).toBe('list');
  });

  it('reads recursive shapes', () => {
    const schema = structure('SchemaDefinition');
    const properties: Shape | undefined = schema.members.get('properties')?.shape;
    expect(properties?.type === 'map' && properties.value).toBe(schema);
  });

  it('has the status of errors, and the operations of both planes', () => {
    expect(controlPlaneShapes.errorStatus('ServiceQuotaExceededException')).toBe(402);
    expect(controlPlaneShapes.errorStatus('ConflictException')).toBe(409);
    expect(controlPlaneShapes.errorStatus('CreateGatewayRequest')).toBeUndefined();
    expect(controlPlaneShapes.errorStatus('NoSuchError')).toBeUndefined();
    const { operationNames } = controlPlaneShapes;
    expect(operationNames).toContain('SynchronizeGatewayTargets');
    expect(operationNames).not.toContain('CreateGatewayRequest');
    expect(operationNames).toEqual([...operationNames].sort());
    expect(dataPlaneShapes.operation('CompleteResourceTokenAuth')).toMatchObject({
      method: 'POST',
      path: '/identities/CompleteResourceTokenAuth',
    });
  });

  it('resourceShapes: has the shapes of Create and Update of every resource kind, equal to those of the whole API', () => {
    for (const row of Object.values(resourceKinds)) {
      const { service, operations } = row;
      const whole = service === 'agentRegistry' ? agentRegistryShapes : controlPlaneShapes;
      for (const operation of changesOf(row).filter((name) => name !== operations.delete)) {
        expect(resourceShapes.operation(operation)).toBeDefined();
        expect(resourceShapes.operation(operation)).toEqual(whole.operation(operation));
      }
    }
    expect(resourceShapes.shape('McpServerTargetConfiguration')).toBe(
      structure('McpServerTargetConfiguration'),
    );
    expect(resourceShapes.shape('GatewayInterceptorConfigurations')?.type).toBe('list');
    expect(resourceShapes.operation('CreatePaymentConnector')).toBeUndefined();
  });
});

describe('agentRegistryShapes', () => {
  it('names structures after the service, since AgentCore has other ones of the same names', () => {
    const name = 'CreateRegistryRecordRequest';
    expect(agentRegistryShapes.shape(name)).toBeUndefined();
    expect(agentRegistryShapes.shape(`AgentRegistry.${name}`)).toMatchObject({
      name: `AgentRegistry.${name}`,
    });
    expect(agentRegistryShapes.operation('CreateRegistryRecord')?.input.name).toBe(`AgentRegistry.${name}`);
    expect(controlPlaneShapes.operation('CreateRegistryRecord')?.input.name).toBe(name);
  });

  it('gives the HTTP status of errors by the names that answers have', () => {
    expect(agentRegistryShapes.errorStatus('ConflictException')).toBe(409);
  });
});
