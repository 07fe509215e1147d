import { html } from 'hono/html';
import type { Dispatcher } from '../dispatcher.ts';
import type { Service } from '../service.ts';
import { page } from './layout.ts';

/** Beyond so many rows, a page helps nobody. */
const MAX_ROWS = 200;
const SHOWN_WRITES = 20;

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reasons?: readonly string[];
}

/** What there is, in which state, and what was last asked for. */
export function statusPage(service: Service, dispatcher: Dispatcher): ReturnType<typeof page> {
  const { context: emulator } = service;
  const rows = rowsOf(service).slice(0, MAX_ROWS);
  const calls = Object.entries(dispatcher.calls());
  return page(
    'AgentCore emulator',
    html`
      <h1>AgentCore emulator</h1>
      <p>
        Simulated time ${new Date(emulator.clock.now()).toISOString()} · account ${emulator.account} · ${emulator.region} ·
        ${service.targets.count()} targets · ${emulator.jobQueue.pending().length} jobs to come ·
        ${emulator.faults.log.length} faults injected
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
        ${dispatcher.writes
          .slice(-SHOWN_WRITES)
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
        ...of('target', service.targets.listByGateway(gateway.id)),
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
