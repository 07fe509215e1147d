import type { StepView } from '../../../core/fleet/views.ts';
import { own } from '../../../core/objects.ts';
import { type Html, html } from '../../web/html.ts';
import graphs from './workflowGraphs.json' with { type: 'json' };

interface GraphState {
  readonly name: string;
  readonly next: readonly string[];
}

type Steps = readonly Pick<StepView, 'state' | 'error'>[];

/** In user units of the picture, which is scaled to its place. */
const WIDTH = 440;
const ROW = 26;
const TOP = 18;
/** Where the dots of the states stand; their names end before it, and the arcs begin behind it. */
const AXIS = 215;
const MAX_REACH = 280;

/**
 * The state machine of an execution: its states one below the other, an arc for each way from one to another, and marked what
 * the execution has passed. States inside of Maps are left out.
 *
 * @returns undefined for a workflow without a picture
 */
export function workflowPicture(workflow: string, steps: Steps): Html | undefined {
  const states: readonly GraphState[] | undefined = own<readonly GraphState[]>(graphs, workflow);
  if (!states) return undefined;
  const rows = new Map(states.map(({ name }, index) => [name, TOP + index * ROW]));
  const passed = steps.filter(({ state }) => rows.has(state));
  const counts = new Map<string, number>();
  for (const { state } of passed) counts.set(state, (counts.get(state) ?? 0) + 1);
  const failed = new Set(passed.flatMap(({ state, error }) => (error === undefined ? [] : [state])));
  const ways = new Set(passed.slice(1).map(({ state }, index) => `${passed[index]?.state} ${state}`));
  const arcs = states.flatMap(({ name, next }) =>
    next.map((to) => ({ from: name, to, isPassed: ways.has(`${name} ${to}`) })),
  );
  const height = 2 * TOP + (states.length - 1) * ROW;
  const summary = [...counts].map(([name, count]) => (count === 1 ? name : `${name} (${count} times)`));
  // What was passed lies above the rest.
  const ordered = arcs.toSorted((one, other) => Number(one.isPassed) - Number(other.isPassed));
  return html`<svg class="machine" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="machine-title machine-text">
<title id="machine-title">The states of ${workflow}, and those that this execution passed</title>
<desc id="machine-text">${summary.length === 0 ? 'It has passed none yet.' : `Passed: ${summary.join(', ')}.`}</desc>
${ordered.map(({ from, to, isPassed }) => arc(rows.get(from) ?? 0, rows.get(to) ?? 0, isPassed))}
${states.map(({ name }) => stateMark(name, rows.get(name) ?? 0, counts.get(name) ?? 0, failed.has(name)))}
</svg>`;
}

/** An arc with a head at the state that it leads to. A way back reaches less far, so that it is told from the way there. */
function arc(from: number, to: number, isPassed: boolean): Html {
  const distance = Math.abs(to - from);
  const reach = Math.min(MAX_REACH, 28 + distance * (to > from ? 0.62 : 0.5));
  const start = AXIS + 8;
  const bend = start + reach;
  return html`<g class="${isPassed ? 'way passed' : 'way'}"><path d="M${start} ${from}C${bend} ${from} ${bend} ${to} ${start + 5} ${to}"/><path class="tip" d="M${start} ${to}l7 -3.5v7z"/></g>`;
}

function stateMark(name: string, y: number, count: number, isFailed: boolean): Html {
  const look = isFailed ? 'at passed wrong' : count > 0 ? 'at passed' : 'at';
  const times = count > 1 ? ` ×${count}` : '';
  return html`<g class="${look}"><circle cx="${AXIS}" cy="${y}" r="5"/><text x="${AXIS - 14}" y="${y + 4.5}" text-anchor="end">${isFailed ? '✗ ' : ''}${name}${times}</text></g>`;
}
