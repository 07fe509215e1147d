import type { ConstraintTable } from '../constraints.ts';

/**
 * Tags.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.5: shapes
 * reachable from the inputs of TagResource, UntagResource, ListTagsForResource. The reference page
 * `API_<structure>.html` of each structure says the same.
 */
export const tags: ConstraintTable = {
  values: {
    TagKeyList: { max: 200, element: 'TagKey' },
    TaggableResourcesArn: {
      pattern: 'arn:(?:[^:]+)?:bedrock-agentcore:[a-z0-9-]+:[0-9]{12}:([a-z-]+/[^/]+)(?:/[a-z-]+/[^/]+)*',
      min: 20,
      max: 1011,
    },
  },
  members: {
    ListTagsForResourceRequest: { resourceArn: 'TaggableResourcesArn' },
    TagResourceRequest: { resourceArn: 'TaggableResourcesArn', tags: 'TagsMap' },
    UntagResourceRequest: { resourceArn: 'TaggableResourcesArn', tagKeys: 'TagKeyList' },
  },
};
