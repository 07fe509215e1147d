import type { Memory, ResourceState } from '../../core/decide/memory.ts';
import type { Address } from '../../core/resources/resourceKinds.ts';

/** One resource as the display shows it. Times in simulated ms. */
export interface Row {
  readonly workspace: string;
  readonly address: Address;
  readonly state: ResourceState;
  /** What is being done, such as `create`. */
  readonly doing?: string;
  readonly since: number;
  readonly reasons: readonly string[];
}

export function rowOf(workspace: string, { address, state, since, reasons, operation }: Memory): Row {
  return {
    workspace,
    address,
    state,
    reasons,
    since: operation?.startedAt ?? since,
    ...(operation && { doing: operation.operation }),
  };
}

const marks: Readonly<Record<ResourceState, string>> = {
  ready: '✓',
  'in-progress': '…',
  'awaiting-authorization': '⧖',
  'awaiting-approval': '⧖',
  failed: '✗',
  refused: '✗',
  absent: '–',
};

/** A resource in one line, cut to `width` characters. */
export function formatRow(
  { workspace, address, state, doing, since, reasons }: Row,
  now: number,
  width: number,
): string {
  const word = doing && state !== 'ready' ? (verbs[doing] ?? doing) : state;
  const seconds = state === 'ready' ? '' : ` ${Math.max(0, Math.round((now - since) / 1000))} s`;
  const reason = reasons.length > 0 ? ` — ${reasons.join(' ')}` : '';
  const line = `${marks[state]} ${workspace}  ${address}  ${word}${seconds}${reason}`;
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

const verbs: Readonly<Record<string, string>> = {
  create: 'creating',
  update: 'updating',
  delete: 'deleting',
  sync: 'synchronising',
  rollback: 'rolling back',
};

/** `[██████····] 6/10 settled`; empty when nothing is under way. */
export function progressBar(rows: readonly Row[], width = 30): string {
  const settled = rows.filter(({ state }) => state !== 'in-progress').length;
  if (settled === rows.length) return '';
  const filled = Math.floor((settled / rows.length) * width);
  return `[${'█'.repeat(filled)}${'·'.repeat(width - filled)}] ${settled}/${rows.length} settled`;
}
