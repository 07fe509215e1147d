import { html } from '../../../functions/web/html.ts';
import type { Dispatcher } from '../dispatcher.ts';
import type { Service } from '../service.ts';
import { page } from './layout.ts';

/** More rows would make the page too slow to read. */
const MAX_ROWS = 200;
const MAX_WRITES = 20;

interface Row {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly reasons?: readonly string[];
}

/** The page with all resources and their statuses, the latest writes, and the number of calls. */
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
        ${service.targets.count()} targets · ${emulator.jobQueue.pending().length} pending jobs ·
        ${emulator.faults.log.length} faults injected
      </p>
      <table>
        <tr><th>Kind</th><th>Name</th><th>Id</th><th>Status</th></tr>
        ${rows.map(
          ({ kind, name, id, status, reasons = [] }) =>
            html`<tr><td>${kind}</td><td>${name}</td><td><code>${id}</code></td><td>${status} ${reasons.join('; ')}</td></tr>`,
        )}
      </table>
      <h2>Latest writes</h2>
      <table>
        ${dispatcher.writes
          .slice(-MAX_WRITES)
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
  const toRows = (kind: string, records: readonly Omit<Row, 'kind'>[]): Row[] =>
    records.map((record) => ({ kind, ...record }));
  return [
    ...service.gateways
      .list()
      .flatMap((gateway) => [
        ...toRows('gateway', [gateway]),
        ...toRows('target', service.targets.listByGateway(gateway.id)),
      ]),
    ...toRows('OAuth2 credential provider', service.providers.list()),
    ...toRows('API key credential provider', service.apiKeyProviders.list()),
    ...toRows('agent runtime', service.runtimes.list()),
    ...toRows('harness', service.harnesses.list()),
    ...service.registries
      .list()
      .flatMap((registry) => [
        ...toRows('registry', [registry]),
        ...toRows('record', service.records.list(registry.id)),
      ]),
    ...service.agentRegistries
      .list()
      .flatMap((registry) => [
        ...toRows('registry of Agent Registry', [registry]),
        ...toRows('record of Agent Registry', service.agentRegistryRecords.list(registry.id)),
      ]),
  ];
}
