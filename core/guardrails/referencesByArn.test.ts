import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { constraintNamed, constraintOfMember } from '../api/constraints.ts';
import type { Shape } from '../api/shapes.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isManagedMember } from '../manifest/gateloopKeys.ts';
import { manifestShape } from '../resources/manifestShape.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { kindNames, resourceKinds } from '../resources/resourceKinds.ts';
import { guardedValues } from './guardedValues.ts';

/** A text of a configuration, and how it is named in the API: `CreateGatewayRequest.roleArn`. */
interface TextMember {
  readonly name: string;
  readonly pattern: string | undefined;
  /** @returns a configuration that has nothing but this text */
  readonly holding: (text: string) => JsonObject;
}

/** An ARN of each service that a pattern of the API names, with the ids that the pattern asks for. */
const ARNS = [
  'arn:aws:sns:eu-west-1:123456789012:alarms',
  'arn:aws:iam::123456789012:role/front',
  'arn:aws:lambda:eu-west-1:123456789012:function:refunds',
  'arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef',
  'arn:aws:events:eu-west-1:123456789012:event-bus/front',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:front-a1b2c3',
  'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/apikeycredentialprovider/front',
  'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/front',
  ...['gateway/front-a1b2c3d4e5', 'runtime/front-a1b2c3d4e5', 'memory/front-a1b2c3d4e5'].map(agentCore),
  ...['browser-custom/front-a1b2c3d4e5', 'browser/front-a1b2c3d4e5'].map(agentCore),
  ...['code-interpreter-custom/front-a1b2c3d4e5', 'code-interpreter/front-a1b2c3d4e5'].map(agentCore),
  ...['policy-engine/front-a1b2c3d4e5', 'capacity-provider/front-a1b2c3d4e5'].map(agentCore),
  ...['configuration-bundle/front-a1b2c3d4e5', 'workload-identity-directory/default'].map(agentCore),
  ...['evaluator/front-a1b2c3d4e5', 'dataset/front-a1b2c3d4e5'].map(agentCore),
  'arn:aws:agent-registry:eu-west-1:123456789012:registry/a1b2c3d4e5f6',
  'arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-0123456789abcdef0',
  'arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0123456789abcdef0',
  'arn:aws:s3files:eu-west-1:123456789012:file-system/fs-0123456789abcdef0',
  'arn:aws:s3files:eu-west-1:123456789012:file-system/fs-0123456789abcdef0/access-point/fsap-0123456789abcdef0',
  'arn:aws:iam::123456789012:instance-profile/front',
  'arn:aws:license-manager:eu-west-1:123456789012:license-configuration:front',
  'arn:aws:resource-groups:eu-west-1:123456789012:group/front',
  'arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdefg',
];

function agentCore(resource: string): string {
  return `arn:aws:bedrock-agentcore:eu-west-1:123456789012:${resource}`;
}

/** Texts that may begin as an ARN and that no guardrail reads, with the reason. The last member of the path decides. */
const UNGUARDED: Readonly<Record<string, string>> = {
  description: 'for people',
  name: 'a name that the resource gives itself',
  tags: 'for people and their tools: nothing uses what a tag says',
  environmentVariables: 'the code of a runtime reads them: its role says what it may use',
  instructions: 'for models',
  systemPrompt: 'for models',
  inlinePayload: 'a schema: its servers are judged once it is read',
  matchPrincipals: 'a condition: it lets nobody in',
};

/** The texts of a shape. Shapes may contain themselves: each is entered once on the way down. */
function textsIn(
  shape: Shape,
  holding: (value: JsonValue) => JsonObject,
  at: { readonly structure?: string; readonly member?: string; readonly constraint?: string | undefined },
  entered: readonly string[] = [],
): TextMember[] {
  switch (shape.type) {
    case 'structure':
    case 'union':
      if (entered.includes(shape.name)) return [];
      return [...shape.members.values()].flatMap((member) =>
        textsIn(
          member.shape,
          (value) => holding({ [member.name]: value }),
          { structure: shape.name, member: member.name },
          [...entered, shape.name],
        ),
      );
    case 'list':
      return textsIn(shape.element, (value) => holding([value]), at, entered);
    case 'map':
      return textsIn(shape.value, (value) => holding({ key: value }), at, entered);
    case 'document':
      return [
        {
          name: `${at.structure}.${at.member}`,
          pattern: undefined,
          holding: (text) => holding({ any: text }),
        },
      ];
    case 'string': {
      const { structure = '', member = '' } = at;
      const own = constraintOfMember(structure, member);
      const constraint = constraintNamed(own?.element ?? own?.value) ?? own;
      if (constraint?.enum) return [];
      return [{ name: `${structure}.${member}`, pattern: constraint?.pattern, holding }];
    }
    default:
      return [];
  }
}

function textsOf(row: ResourceKind): TextMember[] {
  const { members } = manifestShape(row, resourceShapes).all;
  return [...members.values()]
    .filter(({ name }) => !isManagedMember(row, name) && !(name in (row.refusedMembers ?? {})))
    .flatMap((member) =>
      textsIn(member.shape, (value) => ({ [member.name]: value }), {
        structure: manifestShape(row, resourceShapes).create.name,
        member: member.name,
      }),
    );
}

const isNamedArn = ({ name, pattern = '' }: TextMember) => /arn$/i.test(name) || pattern.includes('arn:');

/** An ARN that a text may be; none where its pattern allows no ARN. */
const arnFor = ({ pattern }: TextMember) =>
  ARNS.find((arn) => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(arn));

/** The members on the way to the text of a configuration that has only one. */
function pathOf(value: JsonValue): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...pathOf(inner)]);
}

describe('guardedValues, for every text of every kind', () => {
  it.each(kindNames)('guardedValues: judges each ARN that a manifest may give to a %s', (kind) => {
    const unjudged = textsOf(resourceKinds[kind]).filter((text) => {
      const arn = arnFor(text);
      if (arn === undefined) return false;
      const config = text.holding(arn);
      const isUnguarded = pathOf(config).some((member) => Object.hasOwn(UNGUARDED, member));
      return !isUnguarded && guardedValues(config).length === 0;
    });
    expect(unjudged.map(({ name }) => name)).toEqual([]);
  });

  it.each(kindNames)('guardedValues: knows an ARN for each member of a %s that is one', (kind) => {
    const unknown = textsOf(resourceKinds[kind]).filter(
      (text) => isNamedArn(text) && arnFor(text) === undefined,
    );
    expect(unknown.map(({ name, pattern }) => `${name} ${pattern}`)).toEqual([]);
  });
});
