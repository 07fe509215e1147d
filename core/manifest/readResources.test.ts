import { describe, expect, it } from 'vitest';
import { parseText, problemsOf } from './testing/sampleManifest.ts';

const runtime = (endpoints: string) => `agentRuntimes:
  search:
    roleArn: arn:aws:iam::123456789012:role/agent
    networkConfiguration: { networkMode: PUBLIC }
    agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1' } }
    endpoints: ${endpoints}
`;
const harness = (endpoints: string) =>
  `harnesses: { desk: { executionRoleArn: 'arn:aws:iam::123456789012:role/agent', endpoints: ${endpoints} } }`;

const endpointOf = (text: string) =>
  parseText(text).manifest?.resources.find(({ kind }) => kind.endsWith('Endpoint'));

describe('endpoints of a manifest', () => {
  it.each([
    [runtime('{ production: {} }'), 'agentRuntimeVersion', '${agentRuntimes.search.agentRuntimeVersion}'],
    [harness('{ production: {} }'), 'targetVersion', '${harnesses.desk.harnessVersion}'],
  ])(
    'manifest: an endpoint without a version refers to the latest one of what it is in',
    (text, member, latest) => {
      const { config, references } = endpointOf(text) ?? {};
      expect(config).toEqual({ [member]: latest });
      expect(references).toMatchObject([{ text: latest, path: [member] }]);
    },
  );

  it('manifest: an endpoint keeps the version that it names', () => {
    const { config, references } = endpointOf(runtime("{ production: { agentRuntimeVersion: '3' } }")) ?? {};
    expect(config).toEqual({ agentRuntimeVersion: '3' });
    expect(references).toEqual([]);
  });

  it.each([runtime, harness])(
    'manifest: the endpoint that the service makes is refused by name',
    (inEntry) => {
      expect(problemsOf(inEntry('{ DEFAULT: {} }')).join()).toContain('The service makes DEFAULT by itself');
    },
  );

  it('manifest: endpoints outside of an entry are told where they belong', () => {
    expect(problemsOf('endpoints: {}').join()).toContain(
      '"endpoints" belongs inside an entry of "agentRuntimes" or "harnesses".',
    );
  });
});
