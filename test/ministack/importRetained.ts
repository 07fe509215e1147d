import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
} from '@aws-sdk/client-cloudformation';
import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { ACCOUNT, REGION } from '../../local/aws/account.ts';
import { waitFor } from './waitFor.ts';

const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
const CHANGE_SET = 'import-without-validation';

/**
 * Executes what `cdk deploy --method prepare-change-set` has prepared, as a change set without the validation that comes
 * before a deployment: MiniStack's counts the bucket that a change set imports as a conflict of names. AWS's does not.
 *
 * @returns the types of the imported resources, by name
 */
export async function importRetained(
  StackName: string,
  cloudFormation: CloudFormationClient,
  s3: S3Client,
): Promise<Record<string, string>> {
  const { Summaries: [prepared] = [] } = await cloudFormation.send(new ListChangeSetsCommand({ StackName }));
  const planned = await importsOf(StackName, prepared?.ChangeSetName, cloudFormation);
  await cloudFormation.send(
    new CreateChangeSetCommand({
      StackName,
      ChangeSetName: CHANGE_SET,
      ChangeSetType: 'CREATE',
      TemplateURL: `https://s3.${REGION}.amazonaws.com/${ASSETS}/${await newestTemplate(s3)}`,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      ImportExistingResources: true,
      DisableValidation: true,
    }),
  );
  await waitFor('the change set', async () => {
    const { Status } = await cloudFormation.send(
      new DescribeChangeSetCommand({ StackName, ChangeSetName: CHANGE_SET }),
    );
    return Status === 'CREATE_COMPLETE';
  });
  await cloudFormation.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName: CHANGE_SET }));
  await waitFor('the stack', async () => {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    if (stack?.StackStatus?.includes('ROLLBACK'))
      throw new Error(`${StackName}: ${stack.StackStatus} ${stack.StackStatusReason ?? ''}`);
    return stack?.StackStatus === 'CREATE_COMPLETE';
  });
  return planned;
}

async function importsOf(
  StackName: string,
  ChangeSetName: string | undefined,
  cloudFormation: CloudFormationClient,
): Promise<Record<string, string>> {
  const { Changes = [] } = await cloudFormation.send(
    new DescribeChangeSetCommand({ StackName, ChangeSetName }),
  );
  return Object.fromEntries(
    Changes.flatMap(({ ResourceChange: change }) =>
      change?.Action === 'Import' ? [[change.PhysicalResourceId ?? '', change.ResourceType ?? '']] : [],
    ),
  );
}

/** @returns the key of the template that `cdk` uploaded last */
async function newestTemplate(s3: S3Client): Promise<string> {
  const templates = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: ASSETS }))
    templates.push(...Contents.filter(({ Key = '' }) => Key.endsWith('.json')));
  const time = ({ LastModified }: { LastModified?: Date | undefined }) => LastModified?.getTime() ?? 0;
  return templates.sort((a, b) => time(b) - time(a))[0]?.Key ?? '';
}
