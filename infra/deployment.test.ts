import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDeployment } from './deployment.ts';
import { readEnvironment } from './synthesize.ts';

describe('the settings of a deployment', () => {
  it('has a default for everything, and the defaults keep data', () => {
    expect(readDeployment('main', {})).toMatchObject({
      environment: 'main',
      keepData: true,
      customerManagedKey: false,
      logRetentionDays: 90,
    });
  });

  it('takes what is given', () => {
    const given = { operators: ['ops@example.com'], authorizationUrl: 'https://consent.example.com' };
    expect(readDeployment('staging', given)).toMatchObject({ environment: 'staging', ...given });
  });

  it('tells all mistakes at once, each with what was expected', () => {
    const given = { operator: [], people: ['nobody'], logRetentionDays: 8, keepData: 'yes' };
    expect(() => readDeployment('Main!', given)).toThrow(
      /"Main!" is no name.*no setting "operator".*"people" must be a list of e-mail addresses.*"logRetentionDays" must be one of.*"keepData" must be true or false/,
    );
  });

  it.each(['*', '**'])('hands no role on by the pattern %s, which every role matches', (pattern) => {
    expect(() => readDeployment('main', { passedRoles: [pattern] })).toThrow('with more to it than *');
  });

  it.each(['http://consent.example.com', 'https://consent.example.com/pages'])(
    'takes no pages at %s',
    (authorizationUrl) => {
      expect(() => readDeployment('main', { authorizationUrl })).toThrow('an https URL without a path');
    },
  );

  it.each([
    'AWSOpenTelemetryDistroJs',
    'arn:aws:lambda:us-east-1:615299751070:layer:AWSOpenTelemetryDistroJs',
    'arn:aws:lambda:us-east-1:615299751070:function:poll:1',
  ])(
    'refuses the OpenTelemetry layer %s, which is not the ARN of a layer version',
    (openTelemetryLayerArn) => {
      expect(() => readDeployment('main', { openTelemetryLayerArn })).toThrow(
        '"openTelemetryLayerArn" must be the ARN of a version of a Lambda layer',
      );
    },
  );

  it('takes a login in front of the pages, with a default for all but the provider', () => {
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
    [{ identitySource: '$request.querystring.token' }, '"login.identitySource" must be a header'],
    [{ answersFrom: 'ada' }, '"login.answersFrom" must be "anybody" or "owners"'],
    [{ issuers: [] }, 'there is no "login.issuers"'],
    [{}, '"login" needs "authorizationUrl"'],
    ['https://login.example.com', '"login" must be an object'],
  ])('refuses the login %j', (login, problem) => {
    expect(() => readDeployment('main', { login })).toThrow(problem);
  });

  it('reads the environments that come with the project', () => {
    expect(readEnvironment('main').environment).toBe('main');
    expect(readEnvironment('staging').keepData).toBe(false);
  });

  it('says that a file is no JSON, and where', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateloop-environments-'));
    writeFileSync(join(folder, 'main.json'), '{ "keepData": false, }');
    expect(() => readEnvironment('main', folder)).toThrow(
      /gateloop-environments-\w+\/main\.json is no JSON: .*position/,
    );
  });

  it('says how to make an environment that is not there', () => {
    expect(() => readEnvironment('nowhere')).toThrow('There is no infra/environments/nowhere.json');
  });
});
