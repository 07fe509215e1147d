import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/**
 * Reads one list of CloudFormation's registry, as the `cdk` command ships it with each version.
 *
 * @param list such as `resource` for the types of resources, `metric` for the metrics of AWS's services
 * @returns what the registry has there, whose shape the caller states
 */
export function readRegistry<Entry>(list: string): Entry[] {
  const file = new URL('../../node_modules/aws-cdk/db.json.gz', import.meta.url);
  const { schema }: { schema: Record<string, { entities: Entry[] }> } = JSON.parse(
    gunzipSync(readFileSync(file)).toString(),
  );
  return schema[list]?.entities ?? [];
}
