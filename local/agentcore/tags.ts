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

  operations(): Operations {
    return {
      TagResource: ({ resourceArn, tags }: Checked<TagResourceRequest>) => {
        const merged = { ...this.#get(resourceArn), ...tags };
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
        const kept = Object.entries(this.#get(resourceArn)).filter(([key]) => !tagKeys.includes(key));
        this.#table.put(resourceArn, Object.fromEntries(kept));
        return {};
      },
      ListTagsForResource: ({
        resourceArn,
      }: Checked<ListTagsForResourceRequest>): ListTagsForResourceResponse => ({
        tags: { ...this.#get(resourceArn) },
      }),
    };
  }

  #get(arn: string): TagMap {
    const tags = this.#table.get(arn);
    if (!tags) throw notFound(`No resource has the ARN ${arn}.`);
    return tags;
  }
}
