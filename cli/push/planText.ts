import { oneLine } from '../display/resourceRow.ts';
import type { Screen, Style } from '../display/screen.ts';
import type { Plan, PlannedAction, PlannedResource } from './plan.ts';
import type { FileChanges } from './uploadFiles.ts';

const actionStyles: Readonly<Record<PlannedAction, { mark: string; style: Style; word: string }>> = {
  create: { mark: '+', style: 'green', word: 'create' },
  adopt: { mark: '+', style: 'yellow', word: 'adopt' },
  change: { mark: '~', style: 'yellow', word: 'change' },
  unchanged: { mark: ' ', style: 'dim', word: 'unchanged' },
  delete: { mark: '-', style: 'red', word: 'delete' },
  unmanage: { mark: '-', style: 'yellow', word: 'unmanage' },
  keep: { mark: ' ', style: 'dim', word: 'keep' },
};

const INDENT = '        ';

/** The plan for people: a line for each resource with its differences below, then the number of resources by action. */
export function planText(
  { workspace, basedOn, resources }: Plan,
  files: FileChanges,
  screen: Screen,
): string {
  const since =
    basedOn === undefined
      ? 'no earlier outcome; existing resources of these names are refused without "adopt: true"'
      : `compared with the outcome of ${basedOn.replace(/\.\d+Z$/, 'Z')}`;
  return [
    `${screen.paint('bold', workspace)}  ${since}`,
    ...resources.flatMap((resource) => resourceLines(resource, screen)),
    `Files: ${filesText(files)}`,
    `Plan: ${countsText(resources)}.`,
  ].join('\n');
}

function resourceLines(
  { address, action, members, tools, notes }: PlannedResource,
  screen: Screen,
): string[] {
  const { mark, style, word } = actionStyles[action];
  return [
    screen.paint(style, `  ${mark} ${word.padEnd(9)}  ${address}`),
    ...notes.map((note) => INDENT + screen.paint('dim', oneLine(note))),
    ...members.map(({ path, before, after }) => `${INDENT}${path}: ${sides(before, after)}`),
    ...tools.map(({ message, breaking }) => {
      const line = `tool ${message}${breaking ? ' Agents may break.' : ''}`;
      return INDENT + screen.paint(breaking ? 'red' : 'dim', oneLine(line));
    }),
  ];
}

function sides(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `${after} (new)`;
  return after === undefined ? `${before} (removed)` : `${before} → ${after}`;
}

function filesText({ changed, deleted, unchanged }: FileChanges): string {
  const parts = [
    ...changed.map((path) => `upload ${path}`),
    ...deleted.map((path) => `delete ${path}`),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
  return parts.join(', ');
}

function countsText(resources: readonly PlannedResource[]): string {
  if (resources.length === 0) return 'no resource';
  const actions = Object.keys(actionStyles) as PlannedAction[]; // The table's own keys.
  return actions
    .map((action) => ({ action, count: resources.filter((each) => each.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) =>
      `${count} to ${actionStyles[action].word}`.replace('to unchanged', 'unchanged'),
    )
    .join(', ');
}
