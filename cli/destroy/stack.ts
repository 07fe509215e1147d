import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';

/** The stack of an environment. */
export class Stack {
  readonly #client: CloudFormationClient;
  readonly #name: string;
  /** Names that do not tell a stack from one of the same name before it. */
  #id: string;

  constructor(name: string, client: CloudFormationClient) {
    this.#name = name;
    this.#id = name;
    this.#client = client;
  }

  /** @returns undefined where there is none */
  async status(): Promise<string | undefined> {
    try {
      const { Stacks: [stack] = [] } = await this.#client.send(
        new DescribeStacksCommand({ StackName: this.#id }),
      );
      // By its id, a stack is found after its end too.
      this.#id = stack?.StackId ?? this.#name;
      return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack?.StackStatus;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Whether its own deletion takes buckets and ledger with it, as environments without `keepData` do. */
  async deletesData(): Promise<boolean> {
    const { TemplateBody = '{}' } = await this.#client.send(new GetTemplateCommand({ StackName: this.#id }));
    const { Resources = {} }: { Resources?: Record<string, { Type: string; DeletionPolicy?: string }> } =
      JSON.parse(TemplateBody);
    return Object.values(Resources).some(
      ({ Type, DeletionPolicy }) => Type === 'AWS::S3::Bucket' && DeletionPolicy === 'Delete',
    );
  }

  /**
   * Deletes it and waits for the end.
   *
   * @returns what could not be deleted and why, nothing where it is gone
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
    return failed.length > 0 ? failed : ['CloudFormation does not say why.'];
  }
}
