/**
 * The files of a new workspace: one gateway, and one target whose tools a function offers. Everything that is one's own is
 * named once, so that a reader sees what to change.
 *
 * @param workspace the name of the workspace, which the gateway gets too, as far as names of gateways allow
 * @param owner the mail address of the owner
 * @param schemas the path from the workspace to the JSON Schemas, for editors; undefined where none stays valid
 * @returns the texts by path
 */
export function starterFiles(
  workspace: string,
  owner: string,
  schemas?: string,
): Readonly<Record<string, string>> {
  return {
    'manifest.yaml': `${schemaLine(schemas, 'manifest')}# docs/manifest.md explains every key. Check the file: npx gateloop validate FOLDER

owners:
  default: { email: ${JSON.stringify(owner)} }

settings:
  prune: true # Gateloop deletes a resource that is removed from this file
  selfHeal: true # Gateloop reverts changes made outside Gateloop
  approve: breaking # a change of tools that may break agents waits until the owner approves it

gateways:
  ${workspace.replaceAll(/[._]/g, '-').replace(/-+$/, '')}:
    description: Tools of ${workspace}
    roleArn: ${ROLE} # the role that the gateway calls its targets with
    protocolType: MCP
    authorizerType: AWS_IAM
    targets:
      orders:
        description: Orders and their state
        targetConfiguration:
          mcp:
            lambda:
              lambdaArn: ${LAMBDA}
              toolSchema: { file: schemas/orders.tools.yaml }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`,
    'schemas/orders.tools.yaml': `# The tools that the function offers. Agents choose a tool by its description.
- name: find_order
  description: Finds an order by its number.
  inputSchema:
    type: object
    properties:
      number: { type: string, description: "The number of the order, such as A-1042." }
    required: [number]
`,
  };
}

const ROLE = 'arn:aws:iam::123456789012:role/tools-gateway';
const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:orders';

/**
 * @param owner the mail address of the owner
 * @param schemas as of `starterFiles`, from the folder of the file
 * @returns the operators' guardrails that allow what the starter uses
 */
export function starterGuardrails(owner: string, schemas?: string): string {
  return `${schemaLine(schemas, 'guardrails')}# What workspaces may use. docs/guardrails.md explains every key.
version: 1

defaults:
  ownerChannels: { email: [${JSON.stringify(owner.slice(owner.lastIndexOf('@') + 1))}] }
  roles: ["${ROLE}"]
  lambdas: ["${LAMBDA}"]
`;
}

function schemaLine(schemas: string | undefined, name: string): string {
  return schemas === undefined ? '' : `# yaml-language-server: $schema=${schemas}/${name}.schema.json\n`;
}
