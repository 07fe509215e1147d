import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { prefixes } from '../../core/storage/keys.ts';
import { isWorkspaceName } from '../../core/storage/uploads.ts';
import type { Activity } from '../../local/aws/activity.ts';

/** The workspaces in the bucket. It lists them once, and then follows the uploads: the display asks at each redraw. */
export class KnownWorkspaces {
  readonly #names = new Set<string>();

  /** Adds the workspaces of earlier starts. */
  async list(bucket: Pick<SpecBucket, 'listWorkspaces'>): Promise<void> {
    for (const workspace of await bucket.listWorkspaces()) this.#names.add(workspace);
  }

  onActivity(activity: Activity): void {
    if (activity.kind !== 'object' || activity.change !== 'created') return;
    if (!activity.key.startsWith(prefixes.uploads)) return;
    const [name = '', path] = activity.key.slice(prefixes.uploads.length).split('/');
    if (path !== undefined && isWorkspaceName(name)) this.#names.add(name);
  }

  /** @param first those that come first, in this order */
  names(first: readonly string[]): readonly string[] {
    return [...new Set([...first, ...this.#names])];
  }
}
