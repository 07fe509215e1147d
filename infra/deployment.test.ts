import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import cdkConfig from '../cdk.json' with { type: 'json' };
import { readDeployment } from './deployment.ts';
import { readEnvironment } from './readEnvironment.ts';

describe('readDeployment', () => {
  it('readDeployment: gives every setting a default, and the defaults keep data', () => {
    expect(readDeployment('main', {})).toMatchObject({
      environment: 'main',
      keepData: true,
      reserveConcurrency: false,
      logRetentionDays: 90,
    });
  });

  it('readDeployment: takes the settings that are given', () => {
    const given = { operators: ['ops@example.com'], authorizationUrl: 'https://consent.example.com' };
    expect(readDeployment('staging', given)).toMatchObject({ environment: 'staging', ...given });
  });

  it('readDeployment: reports all mistakes at once, each with the expected value', () => {
    const given = { operator: [], people: ['nobody'], logRetentionDays: 8, keepData: 'yes' };
    expect(() => readDeployment('Main!', given)).toThrow(
      /"Main!" is not a name.*no setting "operator".*"people" must be a list of e-mail addresses.*"logRetentionDays" must be one of.*"keepData" must be true or false/,
    );
  });

  it.each(['main', null, []])('readDeployment: rejects %j, which is not a JSON object', (given) => {
    expect(() => readDeployment('main', given)).toThrow('the settings are not a JSON object');
  });

  it.each(['*', '**'])('readDeployment: rejects the role pattern %s, which every role matches', (pattern) => {
    expect(() => readDeployment('main', { passedRoles: [pattern] })).toThrow('beside other characters');
  });

  it.each(['http://consent.example.com', 'https://consent.example.com/pages'])(
    'readDeployment: rejects the authorizationUrl %s',
    (authorizationUrl) => {
      expect(() => readDeployment('main', { authorizationUrl })).toThrow('an https URL without a path');
    },
  );

  it.each([
    'AWSOpenTelemetryDistroJs',
    'arn:aws:lambda:us-east-1:615299751070:layer:AWSOpenTelemetryDistroJs',
    'arn:aws:lambda:us-east-1:615299751070:function:poll:1',
  ])(
    'readDeployment: rejects the OpenTelemetry layer %s, which is not the ARN of a layer version',
    (openTelemetryLayerArn) => {
      expect(() => readDeployment('main', { openTelemetryLayerArn })).toThrow(
        '"openTelemetryLayerArn" must be the ARN of a version of a Lambda layer',
      );
    },
  );

  it('readDeployment: takes what AgentCore may use, and completes its networks', () => {
    const given = {
      restApis: ['a1b2c3d4e5/prod'],
      sourceBuckets: [{ bucket: 'agents', prefix: 'runtimes/' }],
      gatewayKeys: ['arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
      bounds: { mcpTargetTypes: ['lambda'] },
    };
    expect(
      readDeployment('main', { ...given, privateEndpoints: { subnets: ['subnet-0a1b2c3d'] } }),
    ).toMatchObject({
      ...given,
      privateEndpoints: { subnets: ['subnet-0a1b2c3d'], securityGroups: [], resourceConfigurations: [] },
    });
  });

  it.each([
    [{ restApis: ['a1b2c3d4e5'] }, 'REST APIs with a stage'],
    [{ sourceBuckets: ['agents'] }, 'a list of objects with "bucket"'],
    [{ sourceBuckets: [{ prefix: 'a/' }] }, '"sourceBuckets.bucket" must be the name of a bucket'],
    [{ sourceBuckets: [{ bucket: 'agents', prefix: '*' }] }, '"sourceBuckets.prefix"'],
    [{ gatewayKeys: ['alias/gateways'] }, 'a list of ARNs of KMS keys'],
    [{ privateEndpoints: { subnets: ['*'] } }, '"privateEndpoints.subnets" must be a list of ids of subnets'],
    [{ bounds: { targetTypes: [] } }, 'there is no setting "bounds.targetTypes"'],
    [{ bounds: { mcpTargetTypes: ['*'] } }, '"bounds.mcpTargetTypes" must be a list of apiGateway'],
  ])('readDeployment: rejects %j, which would allow nothing or too much', (given, message) => {
    expect(() => readDeployment('main', given)).toThrow(message);
  });

  it('readDeployment: refuses grants that do not fit into the environment of a function', () => {
    const gatewayKeys = Array.from(
      { length: 40 },
      (_, index) =>
        `arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-${String(index).padStart(12, '0')}`,
    );
    expect(() => readDeployment('main', { gatewayKeys })).toThrow('2,500 characters');
  });

  it('readDeployment: rejects a domain without a certificate', () => {
    expect(() => readDeployment('main', { domain: { name: 'consent.example.com' } })).toThrow(
      '"domain.certificateArn" must be the ARN of a certificate in the Region of the stack',
    );
  });

  it('readDeployment: completes the bounds of the breaker', () => {
    expect(readDeployment('main', { healLimits: { fleetMaximum: 100 } }).healLimits).toEqual({
      workspaceShare: 0.5,
      workspaceMinimum: 5,
      fleetMaximum: 100,
    });
  });

  it.each([
    [{ workspaceShare: 50 }, '"healLimits.workspaceShare" must be a number from 0 to 1, not 50'],
    [{ workspaceMinimum: 0 }, '"healLimits.workspaceMinimum" must be a whole number from 1'],
    [{ fleetMaximum: 1001 }, '"healLimits.fleetMaximum" must be a whole number from 0 to 1000'],
    [{ share: 1 }, 'there is no setting "healLimits.share"'],
    [7, '"healLimits" must be an object'],
  ])('readDeployment: rejects the bounds %j of the breaker', (healLimits, problem) => {
    expect(() => readDeployment('main', { healLimits })).toThrow(problem);
  });

  it('readDeployment: gives a login defaults for everything but the provider', () => {
    const authorizationUrl = 'https://consent.example.com';
    const login = { issuer: 'https://login.example.com/pool', audience: ['gateloop'] };
    expect(readDeployment('main', { authorizationUrl, login }).login).toEqual({
      ...login,
      identitySource: '$request.header.Authorization',
      answersFrom: 'anybody',
    });
  });

  it.each([
    [{ issuer: 'http://login.example.com', audience: ['gateloop'] }, '"login.issuer" must be the https URL'],
    [
      { issuer: 'https://login.example.com', audience: [] },
      '"login.audience" must be a list of at least one',
    ],
    [
      { issuer: 'https://login.example.com', audience: [''] },
      '"login.audience" must be a list of at least one',
    ],
    [{ identitySource: '$request.querystring.token' }, '"login.identitySource" must be a header'],
    [{ answersFrom: 'ada' }, '"login.answersFrom" must be "anybody" or "owners"'],
    [{ groups: {} }, '"login.groups.claim" must be the name of a claim'],
    [
      { groups: { claim: 'groups', operators: ['two words'] } },
      '"login.groups.operators" must be a list of groups without spaces',
    ],
    [
      { groups: { claim: 'groups', workspaces: { team: ['Pay ments'] } } },
      '"login.groups.workspaces" must be an object with a list',
    ],
    [
      { groups: { claim: 'groups', operators: [`g${'x'.repeat(2500)}`] } },
      '"login.groups" and "operators" have more than 2,500 characters',
    ],
    [{ issuers: [] }, 'there is no setting "login.issuers"'],
    [{}, '"login.issuer" must be the https URL'],
    [{}, '"login" needs "authorizationUrl"'],
    ['https://login.example.com', '"login" must be an object'],
  ])('readDeployment: rejects the login %j: %s', (login, problem) => {
    expect(() => readDeployment('main', { login })).toThrow(problem);
  });
});

describe('readEnvironment', () => {
  it('readEnvironment: reads the environments of the repository', () => {
    expect(readEnvironment('main').environment).toBe('main');
    expect(readEnvironment('staging').keepData).toBe(false);
  });

  it('readEnvironment: names the file and the position of a syntax error', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateloop-environments-'));
    writeFileSync(join(folder, 'main.json'), '{ "keepData": false, }');
    expect(() => readEnvironment('main', folder)).toThrow(
      /gateloop-environments-\w+\/main\.json is not valid JSON: .*position/,
    );
  });

  it('readEnvironment: says how to create an environment that does not exist', () => {
    expect(() => readEnvironment('nowhere')).toThrow('There is no infra/environments/nowhere.json');
  });
});

describe('cdk.json', () => {
  it('cdk.json: sends no telemetry, reports no versions and fetches no notices', () => {
    expect(cdkConfig).toMatchObject({
      versionReporting: false,
      notices: false,
      context: { 'cli-telemetry': false },
    });
  });
});
