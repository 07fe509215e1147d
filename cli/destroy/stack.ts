import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';

/** The CloudFormation stack of an environment. */
export class Stack {
  readonly #client: CloudFormationClient;
  readonly #name: string;
  /** The stack's id once it is known: a name can also mean an earlier stack of the same name. */
  #id: string;

  constructor(name: string, client: CloudFormationClient) {
    this.#name = name;
    this.#id = name;
    this.#client = client;
  }

  /** @returns undefined when the stack does not exist */
  async status(): Promise<string | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.#client.send(
        new DescribeStacksCommand({ StackName: this.#id }),
      );
      // CloudFormation also describes a deleted stack, by its id.
      this.#id = stack?.StackId ?? this.#name;
      return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack?.StackStatus;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Whether deleting the stack also deletes buckets and ledger, as in environments without `keepData`. */
  async deletesData(): Promise<boolean> {
    const { TemplateBody = '{}' } = await this.#client.send(new GetTemplateCommand({ StackName: this.#id }));
    const { Resources = {} }: { Resources?: Record<string, { Type: string; DeletionPolicy?: string }> } =
      JSON.parse(TemplateBody);
    return Object.values(Resources).some(
      ({ Type, DeletionPolicy }) => Type === 'AWS::S3::Bucket' && DeletionPolicy === 'Delete',
    );
  }

  /**
   * Deletes the stack and waits for the end of the deletion.
   *
   * @returns one line for each resource that could not be deleted, with the reason; none when the stack was deleted
   */
  async delete(pause: () => Promise<void>): Promise<string[]> {
    await this.#client.send(new DeleteStackCommand({ StackName: this.#id }));
    while (true) {
      const status = await this.status();
      if (status === undefined) return [];
      if (status.endsWith('_FAILED')) return this.#failures();
      await pause();
    }
  }

  async #failures(): Promise<string[]> {
    const { StackEvents = [] } = await this.#client.send(
      new DescribeStackEventsCommand({ StackName: this.#id }),
    );
    const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED').map(
      ({ LogicalResourceId = '', ResourceStatusReason = '' }) =>
        `${LogicalResourceId}: ${ResourceStatusReason}`,
    );
    return failed.length > 0 ? failed : ['CloudFormation gives no reason.'];
  }
}
