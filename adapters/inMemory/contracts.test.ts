import { defined } from '../../core/objects.ts';
import type { ResourceId } from '../../core/ports/controlPlane.ts';
import { describeAuthorizationSessionsContract } from '../testing/authorizationSessionsContract.ts';
import { describeControlPlaneContract } from '../testing/controlPlaneContract.ts';
import { describeEventsContract } from '../testing/eventsContract.ts';
import { describeExecutionStarterContract } from '../testing/executionStarterContract.ts';
import { describeLedgerContract } from '../testing/ledgerContract.ts';
import { describeNotifierContract } from '../testing/notifierContract.ts';
import { describeRegistryRecordsContract } from '../testing/registryRecordsContract.ts';
import { describeSecretsContract } from '../testing/secretsContract.ts';
import { describeSpecBucketContract } from '../testing/specBucketContract.ts';
import { describeTaskCallbacksContract } from '../testing/taskCallbacksContract.ts';
import { describeToolListsContract } from '../testing/toolListsContract.ts';
import { InMemoryAuthorizationSessions } from './inMemoryAuthorizationSessions.ts';
import { InMemoryControlPlane } from './inMemoryControlPlane.ts';
import { InMemoryEvents } from './inMemoryEvents.ts';
import { InMemoryExecutionStarter } from './inMemoryExecutionStarter.ts';
import { InMemoryLedger } from './inMemoryLedger.ts';
import { InMemoryNotifier } from './inMemoryNotifier.ts';
import { InMemoryRegistryRecords } from './inMemoryRegistryRecords.ts';
import { InMemorySecrets } from './inMemorySecrets.ts';
import { InMemorySpecBucket } from './inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from './inMemoryTaskCallbacks.ts';
import { InMemoryToolLists } from './inMemoryToolLists.ts';
import { ServiceError } from './serviceError.ts';

const NOW = Date.UTC(2026, 0, 1);

describeLedgerContract('InMemoryLedger', async () => new InMemoryLedger());

describeSpecBucketContract('InMemorySpecBucket', async () => {
  const bucket = new InMemorySpecBucket();
  return {
    bucket,
    put: (key, content) => bucket.putObject(key, content),
    delete: (key) => {
      const [, workspace = '', path = ''] = /^workspaces\/([^/]+)\/(.+)$/.exec(key) ?? [];
      bucket.deleteUpload(workspace, path);
    },
  };
});

describeControlPlaneContract('InMemoryControlPlane', async () => {
  let now = NOW;
  const plane = new InMemoryControlPlane(() => now);
  const errors = {
    throttle: new ServiceError('ThrottlingException'),
    error: new ServiceError('InternalServerException'),
    lost: new ServiceError('TimeoutError'),
  };
  return {
    plane,
    now: () => now,
    advance: async (ms) => {
      now += ms;
    },
    settle: async (_, { id, parentId }: ResourceId) => {
      const address = plane.addresses().find((each) => {
        const resource = plane.resource(each);
        return resource?.id === id && resource.parentId === parentId;
      });
      if (address) plane.settle(address);
    },
    failNext: (method, fault) =>
      fault === 'lost'
        ? plane.script.failNextAfterEffect(method, errors.lost)
        : plane.script.failNext(method, errors[fault]),
  };
});

describeSecretsContract('InMemorySecrets', async () => {
  const secrets = new InMemorySecrets({ 'payments/github': 'secret-value' });
  return {
    secrets,
    versions: secrets,
    rotate: (name, value) => secrets.put(name, value),
    makeBinary: (name) => secrets.makeUnreadable(name, 'holds binary data, not text'),
    forbid: (name) => secrets.makeUnreadable(name, 'may not be read by Gateloop'),
    throttle: () => secrets.script.failNext('read', new ServiceError('ThrottlingException')),
  };
});

describeEventsContract('InMemoryEvents', async () => {
  const events = new InMemoryEvents();
  return { events, delivered: () => events.published(), acceptOne: () => events.acceptOnly(1) };
});

describeNotifierContract('InMemoryNotifier', async () => {
  const notifier = new InMemoryNotifier();
  return {
    notifier,
    reached: () => notifier.received().map(({ contact }) => contact),
    breakContact: (contact, reason) => notifier.breakContact(contact, reason),
  };
});

describeExecutionStarterContract('InMemoryExecutionStarter', async () => {
  const starter = new InMemoryExecutionStarter();
  return {
    starter,
    names: async () => starter.started().map(({ name }) => name),
    end: async (name) => starter.end(name),
    throttle: () => starter.script.failNext('startReconcile', new ServiceError('ThrottlingException')),
  };
});

describeTaskCallbacksContract('InMemoryTaskCallbacks', async () => {
  const callbacks = new InMemoryTaskCallbacks();
  let count = 0;
  return {
    callbacks,
    wait: () => {
      count += 1;
      callbacks.wait(`token-${count}`);
      return `token-${count}`;
    },
    outputOf: async (token) => callbacks.outputOf(token),
  };
});

describeAuthorizationSessionsContract('InMemoryAuthorizationSessions', async () => {
  const sessions = new InMemoryAuthorizationSessions();
  const session = { sessionUri: 'urn:ietf:params:oauth:request_uri:one', userId: 'ada' };
  return {
    sessions,
    openSession: async () => {
      sessions.open(session.sessionUri, session.userId);
      return session;
    },
    end: async (sessionUri, state) => sessions.end(sessionUri, state),
    throttle: () => sessions.script.failNext('complete', new ServiceError('ThrottlingException')),
  };
});

describeRegistryRecordsContract('InMemoryRegistryRecords', async () => {
  const records = new InMemoryRegistryRecords();
  const registryId = 'Registry0001';
  records.putRegistry(registryId);
  let count = 0;
  return {
    records,
    registryId,
    add: async (names, recordType, content, status) =>
      names.map((name) => {
        count += 1;
        const recordId = `Record${String(count).padStart(6, '0')}`;
        const part = { data: content };
        const descriptors = recordType === 'MCP' ? { mcpServer: part } : { custom: part };
        const times = { createdAt: NOW, updatedAt: NOW + 1 };
        records.putRecord({
          registryId,
          recordId,
          name,
          recordType,
          descriptors,
          status,
          version: '1',
          ...times,
        });
        return recordId;
      }),
    throttle: (method) => records.script.failNext(method, new ServiceError('ThrottlingException')),
  };
});

describeToolListsContract('InMemoryToolLists', async () => {
  const lists = new InMemoryToolLists();
  let endpoints = 0;
  const nextUrl = (host: string) => {
    endpoints += 1;
    return `https://${host}/${endpoints}/mcp`;
  };
  return {
    lists,
    server: async (tools) => {
      const url = nextUrl('mcp.example.com');
      lists.put(url, { tools });
      return { kind: 'server', url };
    },
    gateway: async (tools, demands) => {
      const url = nextUrl('payments.gateway.example.com');
      lists.put(url, { tools, ...defined({ demands }) });
      const token = typeof demands === 'object' ? demands.token : undefined;
      return { kind: 'gateway', url, signs: demands === 'signature', ...defined({ token }) };
    },
    missing: async () => ({ kind: 'server', url: nextUrl('gone.example.com') }),
  };
});
