import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../simulation/table.ts';
import type { EmulatorContext } from './emulatorContext.ts';
import type { Checked, Operations } from './operation.ts';
import { invalid, notFound } from './serviceError.ts';

export type TagMap = Readonly<Record<string, string>>;

/** The tags of all resources by ARN. */
export class Tags {
  readonly #context: EmulatorContext;
  readonly #table: Table<TagMap>;

  constructor(context: EmulatorContext) {
    this.#context = context;
    this.#table = context.table('tags');
  }

  /** Adds a resource, which can be tagged from then on. */
  register(arn: string, tags: TagMap = {}): void {
    this.#table.put(arn, tags);
  }

  unregister(arn: string): void {
    this.#table.delete(arn);
  }

  /** The operations of both control planes, whose requests and answers are the same. */
  operations(): Operations {
    const registry = Object.entries(this.#operations('agent-registry'));
    return {
      ...this.#operations('bedrock-agentcore'),
      ...Object.fromEntries(registry.map(([name, run]) => [`AgentRegistry.${name}`, run])),
    };
  }

  /** @param service the service whose resources can be tagged */
  #operations(service: string): Operations {
    return {
      TagResource: ({ resourceArn, tags }: Checked<TagResourceRequest>) => {
        const merged = { ...this.#get(service, resourceArn), ...tags };
        const limit = this.#context.settings.quotas.tagsPerResource;
        if (Object.keys(merged).length > limit) {
          throw invalid(`A resource can have ${limit} tags. Remove some before adding others.`, {
            name: 'tags',
            message: `would result in ${Object.keys(merged).length} tags`,
          });
        }
        this.#table.put(resourceArn, merged);
        return {};
      },
      UntagResource: ({ resourceArn, tagKeys }: Checked<UntagResourceRequest>) => {
        const kept = Object.entries(this.#get(service, resourceArn)).filter(
          ([key]) => !tagKeys.includes(key),
        );
        this.#table.put(resourceArn, Object.fromEntries(kept));
        return {};
      },
      ListTagsForResource: ({
        resourceArn,
      }: Checked<ListTagsForResourceRequest>): ListTagsForResourceResponse => ({
        tags: { ...this.#get(service, resourceArn) },
      }),
    };
  }

  #get(service: string, arn: string): TagMap {
    const tags = arn.split(':')[2] === service ? this.#table.get(arn) : undefined;
    if (!tags) throw notFound(`No resource has the ARN ${arn}.`);
    return tags;
  }
}
