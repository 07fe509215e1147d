import { html } from 'hono/html';
import type { Dispatch } from '../dispatch.ts';
import type { Service } from '../service.ts';
import { page } from './layout.ts';

/** Beyond so many rows, a page helps nobody. */
const MOST_ROWS = 200;
const LAST_WRITES = 20;

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reasons?: readonly string[];
}

/** What there is, in which state, and what was last asked for. */
export function statusPage(service: Service, dispatch: Dispatch): ReturnType<typeof page> {
  const { world } = service;
  const rows = rowsOf(service).slice(0, MOST_ROWS);
  const calls = Object.entries(dispatch.calls());
  return page(
    'AgentCore emulator',
    html`
      <h1>AgentCore emulator</h1>
      <p>
        Simulated time ${new Date(world.clock.now()).toISOString()} · account ${world.account} · ${world.region} ·
        ${service.targets.count()} targets · ${world.agenda.pending().length} jobs to come ·
        ${world.faults.log.length} faults injected
      </p>
      <table>
        <tr><th>Kind</th><th>Name</th><th>Id</th><th>Status</th></tr>
        ${rows.map(
          ({ kind, name, id, status, reasons = [] }) =>
            html`<tr><td>${kind}</td><td>${name}</td><td><code>${id}</code></td><td>${status} ${reasons.join('; ')}</td></tr>`,
        )}
      </table>
      <h2>Last writes</h2>
      <table>
        ${dispatch.writes
          .slice(-LAST_WRITES)
          .toReversed()
          .map(
            ({ at, operation, resource, status, error = '' }) =>
              html`<tr><td>${new Date(at).toISOString()}</td><td>${operation}</td><td>${resource}</td><td>${status} ${error}</td></tr>`,
          )}
      </table>
      <h2>Calls</h2>
      <table>
        ${calls.map(([operation, count]) => html`<tr><td>${operation}</td><td>${count}</td></tr>`)}
      </table>
    `,
  );
}

function rowsOf(service: Service): Row[] {
  const of = (kind: string, records: readonly Omit<Row, 'kind'>[]): Row[] =>
    records.map((record) => ({ kind, ...record }));
  return [
    ...service.gateways
      .list()
      .flatMap((gateway) => [
        ...of('gateway', [gateway]),
        ...of('target', service.targets.listOf(gateway.id)),
      ]),
    ...of('OAuth2 credential provider', service.providers.list()),
    ...of('agent runtime', service.runtimes.list()),
    ...of('harness', service.harnesses.list()),
    ...service.registries
      .list()
      .flatMap((registry) => [
        ...of('registry', [registry]),
        ...of('record', service.records.list(registry.id)),
      ]),
  ];
}
