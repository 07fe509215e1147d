import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServiceEvent } from '../eventOutbox.ts';
import {
  completeConsent,
  GITHUB_FOLDER,
  gitHubSkill,
  startEmulator,
  type TestEmulator,
} from '../testing/emulator.ts';

/** A GitHub that hands out one file, to those with a token if one is required. */
async function startGitHub(content: { text: string; token?: string }) {
  const requests: { url: string; authorization: string | undefined }[] = [];
  const server = createServer(({ url = '', headers: { authorization } }, response) => {
    requests.push({ url, authorization });
    response.end(content.text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // A TCP server has no other address.
  return { address: `http://127.0.0.1:${port}`, requests };
}

async function readyRegistry({ registry, clock }: TestEmulator, more: object = {}): Promise<string> {
  const { registryArn = '' } = await registry.createRegistry({ name: 'tools', ...more });
  await clock.until(async () => (await registry.getRegistry({ registryId: registryArn })).status === 'READY');
  return registryArn;
}

describe('AgentRegistryRecords', () => {
  it('keeps the approved revision discoverable while a newer draft is reviewed and rejected', async () => {
    const emulator = await startEmulator();
    const { registry, clock, agentCore } = emulator;
    const registryId = await readyRegistry(emulator);
    const { recordArn: recordId = '' } = await registry.createRegistryRecord({
      registryId,
      name: 'server',
      recordType: 'MCP',
      descriptors: { mcpServer: { data: '{"name":"one"}' } },
    });
    await clock.advance(5000);
    const review = async (status: 'APPROVED' | 'REJECTED') => {
      await registry.submitRegistryRecordForApproval({ registryId, recordId });
      await registry.updateRegistryRecordStatus({ registryId, recordId, status, statusReason: 'reviewed' });
    };
    await review('APPROVED');
    await registry.updateRegistryRecord({
      registryId,
      recordId,
      descriptors: {
        optionalValue: { mcpServer: { optionalValue: { data: { optionalValue: '{"name":"two"}' } } } },
      },
    });
    await clock.advance(5000);
    const approved = () => agentCore.service.agentRegistryRecords.approvedRevision(registryId, recordId);
    expect(await registry.getRegistryRecord({ registryId, recordId })).toMatchObject({
      status: 'DRAFT',
      descriptors: { mcpServer: { data: '{"name":"two"}' } },
    });
    expect(approved()?.descriptors).toEqual({ mcpServer: { data: '{"name":"one"}' } });
    await review('REJECTED');
    expect(approved()?.descriptors).toEqual({ mcpServer: { data: '{"name":"one"}' } });
    await registry.updateRegistryRecordStatus({
      registryId,
      recordId,
      status: 'DEPRECATED',
      statusReason: 'replaced',
    });
    expect(approved()).toBeUndefined();
  });

  it('asks a GitHub user, and reads the skill with the token of the consent', async () => {
    const gitHub = await startGitHub({ text: '# Refunds' });
    const emulator = await startEmulator({ endpoints: { 'https://github.com': gitHub.address } });
    const { registry, clock, agentCore } = emulator;
    const registryId = await readyRegistry(emulator);
    const created = await registry.createRegistryRecord({ registryId, ...(await gitHubSkill(emulator)) });
    expect(created.status).toBe('CREATE_PENDING_AUTH');
    const { recordArn: recordId = '', authorizationData } = created;
    const { authorizationUrl = '', userId = '', expiresAt } = authorizationData?.oauth2 ?? {};
    expect(expiresAt?.getTime()).toBe(clock.now() + 10 * 60_000);
    // The link is in the answer of the call alone.
    expect(await registry.getRegistryRecord({ registryId, recordId })).not.toHaveProperty(
      'authorizationData',
    );
    const returned = agentCore.consent(authorizationUrl);
    expect(returned.href).toContain('https://example.com/return?from=registry&session_id=');
    await completeConsent(emulator, userId, returned.searchParams.get('session_id') ?? '');
    await clock.until(async () => {
      const { status } = await registry.getRegistryRecord({ registryId, recordId });
      return status === 'DRAFT';
    });
    expect(await registry.getRegistryRecord({ registryId, recordId })).toMatchObject({
      descriptors: { agentSkillsDefinition: { additionalData: { skillMd: { data: '# Refunds' } } } },
      synchronizedSource: {
        gitHub: { url: GITHUB_FOLDER, commitId: expect.stringMatching(/^[0-9a-f]{40}$/) },
      },
    });
    expect(gitHub.requests).toMatchObject([{ url: '/acme/skills/tree/main/refunds/SKILL.md' }]);
  });

  it('reads the source again only when a synchronization is triggered, and asks no user twice', async () => {
    const content = { text: 'one' };
    const gitHub = await startGitHub(content);
    const emulator = await startEmulator({ endpoints: { 'https://github.com': gitHub.address } });
    const { registry, clock, agentCore } = emulator;
    const registryId = await readyRegistry(emulator);
    const { recordArn: recordId = '', authorizationData } = await registry.createRegistryRecord({
      registryId,
      ...(await gitHubSkill(emulator)),
    });
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    const sessionUri = agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    await completeConsent(emulator, userId, sessionUri);
    await clock.advance(5000);
    content.text = 'two';
    const dataAfter = async (change: object) => {
      const { status } = await registry.updateRegistryRecord({ registryId, recordId, ...change });
      expect(status).toBe('UPDATING');
      await clock.until(
        async () => (await registry.getRegistryRecord({ registryId, recordId })).status === 'DRAFT',
      );
      const { descriptors } = await registry.getRegistryRecord({ registryId, recordId });
      return descriptors?.agentSkillsDefinition?.additionalData?.skillMd?.data;
    };
    expect(await dataAfter({ displayName: { optionalValue: 'Refunds' } })).toBe('one');
    expect(await dataAfter({ triggerSynchronization: true })).toBe('two');
    const forced = await registry.updateRegistryRecord({
      registryId,
      recordId,
      triggerSynchronization: true,
      forceAuthentication: true,
    });
    expect(forced.status).toBe('UPDATE_PENDING_AUTH');
    expect(forced.authorizationData?.oauth2?.authorizationUrl).not.toBe(authorizationUrl);
  });

  it('asks once for records with the same source host and credentials', async () => {
    const gitHub = await startGitHub({ text: 'skill' });
    const emulator = await startEmulator({ endpoints: { 'https://github.com': gitHub.address } });
    const { registry, clock, agentCore } = emulator;
    const registryId = await readyRegistry(emulator);
    const skill = await gitHubSkill(emulator);
    const [first, second] = await Promise.all([
      registry.createRegistryRecord({ registryId, ...skill }),
      registry.createRegistryRecord({ registryId, ...skill, name: 'second' }),
    ]);
    const { authorizationUrl = '', userId = '' } = first.authorizationData?.oauth2 ?? {};
    expect(second.authorizationData).toEqual(first.authorizationData);
    const sessionUri = agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    await completeConsent(emulator, userId, sessionUri);
    await clock.advance(5000);
    const { registryRecords } = await registry.listRegistryRecords({ registryId });
    expect(registryRecords?.map(({ status }) => status)).toEqual(['DRAFT', 'DRAFT']);
  });

  it('fails a record whose link expired, which a triggered synchronization asks about anew', async () => {
    const emulator = await startEmulator();
    const { registry, clock } = emulator;
    const registryId = await readyRegistry(emulator);
    const { recordArn: recordId = '', authorizationData } = await registry.createRegistryRecord({
      registryId,
      ...(await gitHubSkill(emulator)),
    });
    await clock.advance(10 * 60_000 + 5000);
    expect(await registry.getRegistryRecord({ registryId, recordId })).toMatchObject({
      status: 'CREATE_FAILED',
      statusReason: expect.stringContaining('did not authorize access'),
    });
    const again = await registry.updateRegistryRecord({ registryId, recordId, triggerSynchronization: true });
    expect(again.status).toBe('UPDATE_PENDING_AUTH');
    const [before, after] = [authorizationData, again.authorizationData].map((data) => data?.oauth2);
    expect(after?.authorizationUrl).not.toBe(before?.authorizationUrl);
  });

  it('publishes the statuses of registries and records on the default bus', async () => {
    const events: ServiceEvent[] = [];
    const emulator = await startEmulator({ publish: (event) => void events.push(event) });
    const { registry, clock } = emulator;
    const registryId = await readyRegistry(emulator, {
      approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] },
    });
    const { recordArn: recordId = '' } = await registry.createRegistryRecord({
      registryId,
      name: 'server',
      recordType: 'CUSTOM',
      descriptors: { custom: { data: 'text' } },
    });
    await clock.advance(5000);
    await registry.submitRegistryRecordForApproval({ registryId, recordId });
    await clock.advance(1);
    expect(events.map(({ detailType }) => detailType)).toEqual([
      'Registry Creating',
      'Registry Ready',
      'Registry Record State changed to Draft',
      'Registry Record State changed to Approved',
    ]);
    expect(events[0]).toMatchObject({ source: 'aws.agent-registry', detail: { registryName: 'tools' } });
    expect(events[2]).toMatchObject({ resources: [recordId] });
  });

  it('removes the records of a deleted registry', async () => {
    const emulator = await startEmulator();
    const { registry, clock, agentCore } = emulator;
    const registryId = await readyRegistry(emulator);
    await registry.createRegistryRecord({
      registryId,
      name: 'server',
      recordType: 'CUSTOM',
      descriptors: { custom: { data: 'text' } },
    });
    await registry.deleteRegistry({ registryId });
    await clock.advance(10_000);
    expect(agentCore.service.agentRegistryRecords.list(registryId.split('/')[1] ?? '')).toEqual([]);
    await expect(registry.getRegistry({ registryId })).rejects.toThrow(/does not exist/);
  });
});
