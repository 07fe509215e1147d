import { counted } from '../../core/text/counted.ts';
import type { Screen } from '../../functions/console/screens/layout.ts';
import { ago, exactTime } from '../../functions/console/screens/times.ts';
import { type Html, html } from '../../functions/web/html.ts';
import type { AgentCore } from '../agentcore/server.ts';
import { BEHAVIOR_VALUES, type Behaviors, DEFAULT_BEHAVIORS } from '../agentcore/settings/behaviors.ts';
import { FAULT_KINDS, type FaultRule } from '../agentcore/settings/faults.ts';
import type { Gateloop } from '../gateloop.ts';

/** Entries of a log that are shown, the latest first. */
const MAX_ENTRIES = 15;

/** The emulated AgentCore: what it has done, its switches, and the faults that it injects. */
export function emulatorScreen(
  { agentCore, clock }: Pick<Gateloop, 'agentCore' | 'clock'>,
  problem?: string,
): Screen {
  const now = new Date(clock.now()).toISOString();
  return {
    title: 'Emulator',
    at: '/emulator',
    body: html`<div class="head"><h1>AgentCore emulator</h1></div>
<p class="lead">It stands for Amazon Bedrock AgentCore on this machine. Where the service is known to differ or may fail, a switch or a fault makes the emulator do so. The next start begins without them.</p>
${problem === undefined ? '' : html`<section class="card bad" role="alert"><h2>This was not set</h2><p>${problem}</p></section>`}
<section class="card" aria-label="State">${facts(agentCore, now)}</section>
<section class="card"><h2>Faults</h2>${faults(agentCore.service.context.faults.rules)}${faultForm()}</section>
<section class="card"><h2>Switches</h2>${switchForm(agentCore.service.context.settings.behaviors)}</section>
<section class="card"><h2>Latest changes</h2>${changes(agentCore, now)}</section>`,
  };
}

function facts({ url, service, injectedFaults, calls }: AgentCore, now: string): Html {
  const { context, gateways, targets } = service;
  const number = Object.values(calls()).reduce((sum, each) => sum + each, 0);
  return html`<dl class="facts">
<div><dt>Address</dt><dd><a href="${url}">${url}</a></dd></div>
<div><dt>Simulated time</dt><dd>${exactTime(`${now.slice(0, 16)}:00.000Z`)}</dd></div>
<div><dt>Holds</dt><dd>${counted(gateways.list().length, 'gateway')}, ${counted(targets.count(), 'target')}</dd></div>
<div><dt>Calls</dt><dd>${number}</dd></div>
<div><dt>Operations under way</dt><dd>${context.jobQueue.pending().length}</dd></div>
<div><dt>Injected faults</dt><dd>${injectedFaults().length}</dd></div>
</dl>`;
}

function faults(rules: readonly FaultRule[]): Html {
  if (rules.length === 0) return html`<p class="soft">None: every call does what it should.</p>`;
  return html`<table><thead><tr><th scope="col">Fault</th><th scope="col">Of</th><th scope="col">How</th><th scope="col"><span class="soft">Remove</span></th></tr></thead>
<tbody>${rules.map((rule, index) => faultRow(rule, index))}</tbody></table>
<form method="post" action="/emulator/faults/remove" class="acts"><button class="quiet" name="index" value="all">Remove all</button></form>`;
}

function faultRow({ fault, operation, resource, ...how }: FaultRule, index: number): Html {
  const details = Object.entries(how).map(([name, value]) => `${name} ${value}`);
  return html`<tr><th scope="row">${fault}</th>
<td data-name="Of"><code>${operation ?? 'every operation'}</code>${resource === undefined ? '' : html` on <code>${resource}</code>`}</td>
<td data-name="How">${details.length === 0 ? 'always' : details.join(', ')}</td>
<td><form method="post" action="/emulator/faults/remove"><button class="quiet" name="index" value="${index}" aria-label="Remove ${fault}, number ${index + 1}">Remove</button></form></td></tr>`;
}

function faultForm(): Html {
  const field = (name: keyof FaultRule, label: string, example: string) =>
    html`<label>${label}<input name="${name}" placeholder="${example}" autocomplete="off"></label>`;
  return html`<h3>Add a fault</h3><form method="post" action="/emulator/faults">
<div class="fields"><label>Fault<select name="fault">${Object.keys(FAULT_KINDS).map((kind) => html`<option>${kind}</option>`)}</select></label>
${field('operation', 'Operation', 'any, or CreateGatewayTarget')}
${field('resource', 'Resource (regular expression)', 'any, or ^ledger')}
${field('times', 'At most so many times', 'no limit')}
${field('probability', 'Probability', '1')}
${field('error', 'Name of the error (of an error)', 'InternalServerException')}</div>
<div class="acts"><button>Add the fault</button></div></form>`;
}

function switchForm(behaviors: Behaviors): Html {
  // The keys are exactly the names of the behaviors.
  const names = Object.keys(BEHAVIOR_VALUES) as readonly (keyof Behaviors)[];
  return html`<form method="post" action="/emulator/behaviors"><div class="fields">${names.map((name) => switchField(name, behaviors[name]))}</div>
<div class="acts"><button>Set the switches</button></div></form>`;
}

function switchField(name: keyof Behaviors, value: Behaviors[keyof Behaviors]): Html {
  const allowed: readonly unknown[] | 'milliseconds' = BEHAVIOR_VALUES[name];
  const isChanged = value !== DEFAULT_BEHAVIORS[name];
  const label = html`<code>${name}</code>${isChanged ? html` <span class="changed">changed</span>` : ''}`;
  if (allowed === 'milliseconds')
    return html`<label>${label}<input name="${name}" value="${String(value)}" inputmode="numeric"></label>`;
  return html`<label>${label}<select name="${name}">${allowed.map(
    (each) =>
      html`<option value="${String(each)}"${each === value ? html` selected` : ''}>${String(each)}${each === DEFAULT_BEHAVIORS[name] ? ' (default)' : ''}</option>`,
  )}</select></label>`;
}

function changes({ writes, injectedFaults }: AgentCore, now: string): Html {
  const entries = [
    ...writes()
      .slice(-MAX_ENTRIES)
      .map(({ at, operation, resource, status, error }) => ({
        at,
        operation,
        resource,
        result: error ?? String(status),
        isFault: error !== undefined,
      })),
    ...injectedFaults()
      .slice(-MAX_ENTRIES)
      .map(({ at, operation, resource, fault }) => ({
        ...{ at, operation, resource },
        result: `fault: ${fault}`,
        isFault: true,
      })),
  ].sort((one, other) => other.at - one.at);
  if (entries.length === 0) return html`<p class="soft">No call has changed anything yet.</p>`;
  return html`<table><thead><tr><th scope="col">Call</th><th scope="col">Resource</th><th scope="col">Answer</th><th scope="col">When</th></tr></thead>
<tbody>${entries.slice(0, MAX_ENTRIES).map(
    ({ at, operation, resource, result, isFault }) => html`<tr><th scope="row">${operation}</th>
<td data-name="Resource"><code>${resource}</code></td><td data-name="Answer"${isFault ? html` class="failed"` : ''}>${result}</td>
<td data-name="When" class="nowrap">${ago(new Date(at).toISOString(), now)}</td></tr>`,
  )}</tbody></table>`;
}
