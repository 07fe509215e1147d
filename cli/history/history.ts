import { readUploads } from '../../core/fleet/readFleet.ts';
import type { UploadView } from '../../core/fleet/views.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { outcomeStyles } from '../display/stateStyles.ts';
import { ago, shortTime } from '../fleet/fleetText.ts';
import type { Fleet } from '../fleet/openFleet.ts';
import type { ReadOptions } from '../fleet/readOptions.ts';
import type { TextContext } from '../fleet/runRead.ts';
import { unknownWorkspace } from '../status/status.ts';

export interface HistoryOptions extends ReadOptions {
  readonly workspace: string;
  readonly limit: number;
}

/** What `gateloop history --json` prints. */
export interface History {
  readonly workspace: string;
  /** The latest first. */
  readonly uploads: readonly UploadView[];
}

/** @throws CommandError `InvalidOption` where the bucket has no version of any file of the workspace */
export async function readHistory(
  { workspace, limit }: Pick<HistoryOptions, 'workspace' | 'limit'>,
  fleet: Fleet,
): Promise<History> {
  const uploads = await readUploads(workspace, limit, fleet);
  if (uploads.length === 0 && limit > 0) throw unknownWorkspace(workspace, fleet);
  return { workspace, uploads };
}

/** Files that are named without `-o wide`; the others are counted. */
const MAX_NAMED = 5;
const COMMIT_LENGTH = 12;

export function historyText({ uploads }: History, { screen, now, isWide }: TextContext): string {
  return uploads
    .flatMap(({ time, by, commit, changed, deleted, outcome }) => {
      const files = [...changed, ...deleted.map((path) => `deleted ${path}`)];
      const named = isWide ? files : files.slice(0, MAX_NAMED);
      const more = files.length > named.length ? ` and ${files.length - named.length} more` : '';
      const who = [by, commit?.slice(0, COMMIT_LENGTH)].filter((part) => part !== undefined);
      const result = outcome && outcomeStyles[outcome];
      return [
        `${screen.paint('bold', shortTime(time))}  ${ago(time, now)} ago  ${who.length > 0 ? terminalText(who.join(', commit ')) : 'uploader not named'}${result ? `  ${screen.paint(result.style, `${result.mark} ${outcome}`)}` : ''}`,
        `  ${terminalText(named.join(', '))}${more}`,
      ];
    })
    .join('\n');
}
