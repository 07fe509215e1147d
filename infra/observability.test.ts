import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ownerLabel } from '../core/manifest/owners.ts';
import type { ResourceRecord } from '../core/reconcile/ledgerRecord.ts';
import type { OutcomeDocument } from '../core/storage/outcomeDocument.ts';
import { type FunctionName, functionCatalog } from '../functions/functionCatalog.ts';
import { measureWorkspace } from '../functions/schedule/measureWorkspace.ts';
import { readRegistry } from './testing/registry.ts';
import { synthesized } from './testing/synthesized.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { ofType } = synthesized({ operators: ['ops@example.com'] });

interface UsedMetric {
  readonly by: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

const alarmMetrics = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]): UsedMetric => {
  const { AlarmName, Namespace, MetricName, Dimensions } = Properties as unknown as {
    AlarmName: string;
    Namespace: string;
    MetricName: string;
    Dimensions: { Name: string; Value: unknown }[];
  };
  const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value]);
  return {
    by: AlarmName,
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(dimensions),
  };
});

interface Widget {
  readonly type: string;
  readonly properties: { title?: string; metrics?: (string | object)[][]; query?: string };
}

const widgets = dashboardWidgets();
const widgetMetrics = widgets.flatMap(({ properties: { title = '', metrics = [] } }) =>
  metrics.map((metric): UsedMetric => {
    const [namespace = '', name = '', ...rest] = metric.filter((part) => typeof part === 'string');
    const dimensions = Object.fromEntries(
      rest.flatMap((part, index) => (index % 2 === 0 ? [[part, rest[index + 1]]] : [])),
    );
    return { by: title, namespace, name, dimensions };
  }),
);

/** The widgets of the dashboard. `filled-in` replaces every value that CloudFormation resolves. */
function dashboardWidgets(): readonly Widget[] {
  const [[, { Properties }] = ['', { Properties: {} }]] = ofType('AWS::CloudWatch::Dashboard');
  const { DashboardBody } = Properties as unknown as { DashboardBody: { 'Fn::Join': [string, unknown[]] } };
  const [, parts] = DashboardBody['Fn::Join'];
  const { widgets }: { widgets: Widget[] } = JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : 'filled-in')).join(''),
  );
  return widgets;
}

/**
 * The dimensions of AWS's metrics, from the user guides of the services, which
 * `docs/first-deployment.md` names. A metric with other dimensions gets no data, so that
 * an alarm on it would never go off.
 */
const awsMetrics: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'AWS/States': {
    ExecutionsFailed: ['StateMachineArn'],
    ExecutionsTimedOut: ['StateMachineArn'],
    ExecutionThrottled: ['StateMachineArn'],
    ExecutionTime: ['StateMachineArn'],
  },
  'AWS/Lambda': { Errors: ['FunctionName'], Throttles: ['FunctionName'] },
  'AWS/SQS': { ApproximateNumberOfMessagesVisible: ['QueueName'] },
  // The default bus has the rule alone; other buses have both.
  'AWS/Events': {
    FailedInvocations: ['RuleName', 'EventBusName,RuleName'],
    InvocationsFailedToBeSentToDlq: ['RuleName', 'EventBusName,RuleName'],
  },
  'AWS/Scheduler': {
    InvocationDroppedCount: ['ScheduleGroup'],
    InvocationsFailedToBeSentToDeadLetterCount: ['ScheduleGroup'],
  },
  'AWS/DynamoDB': { ReadThrottleEvents: ['TableName'], WriteThrottleEvents: ['TableName'] },
  'AWS/SNS': { NumberOfNotificationsFailed: ['TopicName'] },
  'AWS/ApiGateway': { '4xx': ['ApiId'], '5xx': ['ApiId'] },
};

/** The metrics that CloudFormation's registry, which the `cdk` command ships, lists for AWS's services. */
const registryMetrics = new Set(
  readRegistry<{ readonly namespace: string; readonly name: string }>('metric').map(
    ({ namespace, name }) => `${namespace} ${name}`,
  ),
);
/** Namespaces that the registry does not list at all. */
const UNLISTED = new Set(['AWS/Scheduler']);

describe('the metrics of AWS', () => {
  it.each(
    Object.entries(awsMetrics)
      .filter(([namespace]) => !UNLISTED.has(namespace))
      .flatMap(([namespace, metrics]) => Object.keys(metrics).map((name) => [namespace, name])),
  )("the metrics of AWS: %s %s is in CloudFormation's registry", (namespace, name) => {
    expect(registryMetrics).toContain(`${namespace} ${name}`);
  });

  it.each(Object.keys(awsMetrics))(
    'the metrics of AWS: docs/first-deployment.md names the user guide of %s',
    (namespace) => {
      const file = new URL('../docs/first-deployment.md', import.meta.url);
      expect(readFileSync(file, 'utf8')).toMatch(
        new RegExp(`\\| \`${namespace}\` \\| .*https://docs\\.aws\\.amazon\\.com/`),
      );
    },
  );
});

const gateloopMetrics = [...alarmMetrics, ...widgetMetrics].filter(
  ({ namespace }) => namespace === 'Gateloop/main',
);

/** The code of a function, without unreachable parts. */
async function codeOf(name: string): Promise<string> {
  const { entry } = functionCatalog[name as FunctionName];
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    // It names the units of all metrics, and every function contains it.
    external: ['*/measure.ts'],
    treeShaking: true,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

describe('alarms and dashboard', () => {
  it('alarms and dashboard: watch every service that this test has metrics of', () => {
    expect(new Set(alarmMetrics.map(({ namespace }) => namespace))).toEqual(
      new Set([...Object.keys(awsMetrics), 'Gateloop/main']),
    );
  });

  it('alarms and dashboard: use AWS metrics with dimensions that exist', () => {
    const awsMetricsInUse = [...alarmMetrics, ...widgetMetrics].filter(({ namespace }) =>
      namespace.startsWith('AWS/'),
    );
    for (const { by, namespace, name, dimensions } of awsMetricsInUse) {
      expect(awsMetrics[namespace]?.[name], `${by}: ${name}`).toContain(
        Object.keys(dimensions).sort().join(),
      );
    }
  });

  it('alarms and dashboard: use Gateloop metrics that the function in their dimension publishes', async () => {
    const services = [...new Set(gateloopMetrics.map(({ dimensions }) => String(dimensions.service)))];
    const code = new Map(
      await Promise.all(services.map(async (name) => [name, await codeOf(name)] as const)),
    );
    for (const { by, name, dimensions } of gateloopMetrics) {
      expect(Object.keys(dimensions), by).toEqual(['service']);
      const published = code.get(String(dimensions.service))?.includes(`"${name}"`);
      expect(published, `${by}: ${name} of ${dimensions.service}`).toBe(true);
    }
  });

  it('alarms and dashboard: use the service name and namespace that functions publish under', () => {
    for (const [, { Properties }] of ofType('AWS::Lambda::Function')) {
      const { FunctionName, Environment } = Properties as unknown as {
        FunctionName: string;
        Environment: { Variables: Record<string, string> };
      };
      expect(Environment.Variables).toMatchObject({
        POWERTOOLS_SERVICE_NAME: FunctionName.replace('gateloop-main-', ''),
        POWERTOOLS_METRICS_NAMESPACE: 'Gateloop/main',
      });
    }
  });

  it('alarms and dashboard: the dashboard shows every alarm', () => {
    const [board] = widgets.filter(({ type }) => type === 'alarm');
    expect(Object(board?.properties).alarms).toHaveLength(alarmMetrics.length);
  });
});

describe('the list of waiting and failed resources', () => {
  const NOW = Date.parse('2026-01-05T00:00:00Z');
  const since = '2026-01-01T00:00:00.000Z';
  const owner = ownerLabel({ contacts: [{ channel: 'email', address: 'ada.lovelace@example.com' }] }, {});
  const target = { address: 'gatewayTarget/a/b', kind: 'gatewayTarget', name: 'a/b' } as const;
  const awaiting: ResourceRecord = {
    address: target.address,
    state: 'awaiting-authorization',
    reasons: ['A person must consent.'],
    since: Date.parse(since),
  };
  const outcome: OutcomeDocument = {
    workspace: 'payments',
    outcome: 'refused',
    revision: 'r',
    problems: [{ severity: 'error', file: 'manifest.yaml', line: 3, path: '', message: 'No.' }],
    resources: [{ ...target, state: 'awaiting-authorization', reasons: [], owner, since }],
    time: since,
    since,
    owner: 'default',
    applied: {},
  };

  /** The log lines of a drift pass. */
  async function linesOf(records: readonly ResourceRecord[], document: OutcomeDocument | undefined) {
    let text = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
    onTestFinished(() => write.mockRestore());
    await measureWorkspace('payments', records, NOW, {
      readDocument: async () => document && { format: 1, ...document },
    });
    write.mockRestore();
    return text
      .split('\n')
      .filter((line) => /"message":"(Not ready|Ready again)"/.test(line))
      .map((line): Record<string, unknown> => JSON.parse(line));
  }

  const [query = ''] = widgets.flatMap(({ properties }) => properties.query ?? []);
  const namesIn = (text: string) => [...text.matchAll(/[a-z]\w*(?:\.\d+)?/gi)].map(([name]) => name);

  it('the list of waiting and failed resources: queries messages and fields that a drift pass logs', async () => {
    const [line = {}] = (await linesOf([awaiting], outcome)).filter(
      ({ resource }) => resource === target.address,
    );
    const asked = [...query.matchAll(/latest\(([\w.]+)\)/g)].map(([, field = '']) => field);
    const grouped = namesIn(/ by ([^|\n]+)/.exec(query)?.[1] ?? '');
    for (const field of [...asked, ...grouped]) {
      const [name = '', index] = field.split('.');
      const value = line[name];
      expect(index === undefined ? value : Object(value)[index], field).toEqual(expect.any(String));
    }
    expect(query).toContain(`"${line.message}"`);
    expect(query).toContain("SOURCE '/gateloop/main/schedule'");
  });

  it('the list of waiting and failed resources: names owners without their addresses, and the start of the wait', async () => {
    const lines = await linesOf([awaiting], outcome);
    expect(lines).toMatchObject([
      { resource: 'manifest.yaml', state: 'refused', owner: 'default', waitingSince: since },
      {
        resource: target.address,
        owner: 'e-mail at example.com',
        waitingSince: since,
        workspace: 'payments',
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('@');
  });

  it('the list of waiting and failed resources: drops a resource that is ready again, which a drift pass logs for 30 minutes', async () => {
    const ready = (age: number): ResourceRecord => ({ ...awaiting, state: 'ready', since: NOW - age });
    const told = { ...outcome, outcome: 'ready' as const };
    expect(await linesOf([ready(20 * 60_000)], told)).toMatchObject([
      { message: 'Ready again', state: 'ready', resource: target.address },
    ]);
    expect(query).toContain('"Ready again"');
    expect(query).toContain('filter now != "ready"');
    expect(await linesOf([ready(60 * 60_000)], told)).toEqual([]);
  });

  it('the list of waiting and failed resources: leaves out resources that left the manifest', async () => {
    const gone: ResourceRecord = { ...awaiting, address: 'gatewayTarget/a/gone', state: 'failed' };
    const lines = await linesOf([gone], { ...outcome, outcome: 'ready' });
    expect(lines).toEqual([]);
  });
});
