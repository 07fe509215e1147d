import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError } from '../../adapters/inMemory/serviceError.ts';
import { logger } from '../runtime/observability.ts';
import { ReconcileFixture } from '../testing/reconcileFixture.ts';
import { RedactingSecrets, resolveSecrets } from './secrets.ts';

const ASSISTANT = 'agentRuntime/assistant';
const manifest = `agentRuntimes:
  assistant:
    agentRuntimeArtifact:
      containerConfiguration: { containerUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/assistant:1' }
    roleArn: arn:aws:iam::123456789012:role/assistant
    networkConfiguration: { networkMode: PUBLIC }
    environmentVariables: { ID: { secretsManager: payments/id }, KEY: { secretsManager: payments/key } }
`;

let fixture: ReconcileFixture;
beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  fixture = new ReconcileFixture(manifest);
  fixture.secrets.put('payments/id', 'swordfish');
  fixture.secrets.put('payments/key', 'swordfish-and-more');
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('provision: secrets', () => {
  it('keeps a copy of each configuration under its fingerprint, with the names of secrets', async () => {
    const state = await fixture.poll();
    await fixture.provision(state);
    const copy = await fixture.specBucket.readApplied(state.operations[0]?.configuration ?? '');
    const text = new TextDecoder().decode(copy);
    expect(JSON.parse(text)).toMatchObject({
      environmentVariables: {
        ID: { secretsManager: 'payments/id' },
        KEY: { secretsManager: 'payments/key' },
      },
    });
    expect(text).not.toContain('swordfish');
  });

  it('sends the values of secrets', async () => {
    await fixture.provision(await fixture.poll());
    expect(fixture.controlPlane.resource(ASSISTANT)?.config).toMatchObject({
      environmentVariables: { ID: 'swordfish', KEY: 'swordfish-and-more' },
    });
  });

  it('redacts the longest secret first from what the service quotes, so that no rest of it is left', async () => {
    const quoted = 'The variables are swordfish and swordfish-and-more.';
    fixture.controlPlane.script.failNext('create', new ServiceError('ValidationException', quoted));
    const { provisioned } = await fixture.provision(await fixture.poll());
    const reason = 'ValidationException: The variables are [secret] and [secret].';
    expect(provisioned[0]?.answer).toBe(reason);
    expect(fixture.record(ASSISTANT)?.retry?.reasons).toEqual([reason]);
  });

  it('redacts secrets as JSON quotes them, and from the log of an unexpected error', async () => {
    fixture.secrets.put('payments/key', 'a"quote\nand more');
    const message = `Cannot send ${JSON.stringify({ KEY: 'a"quote\nand more' })}`;
    fixture.controlPlane.script.failNext('create', new TypeError(message));
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned[0]?.answer).toBe('CallNotMade: Cannot send {"KEY":"[secret]"}');
    expect(JSON.stringify(vi.mocked(logger.error).mock.calls)).toContain('[secret]');
    expect(JSON.stringify(vi.mocked(logger.error).mock.calls)).not.toContain('quote');
  });

  it.each<[string, () => void]>([
    ['is missing', () => fixture.secrets.remove('payments/key')],
    ['may not be read', () => fixture.secrets.makeUnreadable('payments/key', 'may not be read by Gateloop')],
  ])('makes no call when a secret %s, and names it in the rejection', async (_, change) => {
    change();
    const { provisioned } = await fixture.provision(await fixture.poll());
    expect(provisioned[0]?.answer).toMatch(/^SecretMissing: The secret payments\/key /);
    expect(fixture.controlPlane.script.calls('create')).toEqual([]);
    expect(fixture.record(ASSISTANT)?.retry).toMatchObject({ count: 1, deferrals: 0 });
  });

  it('makes a call again when a secret could not be read for a moment', async () => {
    fixture.secrets.script.failNext('read', new ServiceError('ThrottlingException'));
    await fixture.provision(await fixture.poll());
    expect(fixture.record(ASSISTANT)?.retry).toMatchObject({ count: 0, deferrals: 1 });
  });
});

describe('resolveSecrets', () => {
  it('replaces references in lists and at any depth, and leaves other values as they are', async () => {
    const reference = { secretsManager: 'payments/id' };
    const config = { list: [reference, 'text', { deep: reference }], flag: true, count: 2, empty: null };
    expect(await resolveSecrets(config, fixture.secrets)).toEqual({
      list: ['swordfish', 'text', { deep: 'swordfish' }],
      flag: true,
      count: 2,
      empty: null,
    });
  });

  it.each([[{ secretsManager: 'payments/id', version: '2' }], [{ secretsManager: { name: 'payments/id' } }]])(
    'takes %j for a part of the configuration, not for a reference',
    async (value) => {
      expect(await resolveSecrets({ value }, fixture.secrets)).toEqual({ value });
    },
  );
});

describe('RedactingSecrets', () => {
  it('RedactingSecrets: redacts a secret that the service quotes URL-encoded or in base64', async () => {
    fixture.secrets.put('payments/id', 'sword+fish');
    const secrets = new RedactingSecrets(fixture.secrets);
    await secrets.read('payments/id');
    const quoted = `id=sword%2Bfish, Basic ${btoa('client:sword+fish')}`;
    expect(secrets.redact(quoted)).toBe('id=[secret], Basic [secret]');
  });

  it('leaves a text as it is when the only secret read is empty', async () => {
    fixture.secrets.put('payments/id', '');
    const secrets = new RedactingSecrets(fixture.secrets);
    await secrets.read('payments/id');
    expect(secrets.redact('Not now.')).toBe('Not now.');
  });
});
