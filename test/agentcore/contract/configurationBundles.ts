import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  invalid,
  notFound,
  type OperationContract,
  waitUntilDeleted,
} from './contract.ts';
import type { Subject } from './subject.ts';

const components = (text: string) => ({ prompt: { configuration: { text } } });
const unknown = { bundleId: 'unknown-abcdefghij' };
const PARENT = '01234567-89ab-cdef-0123-456789abcdef';
const commit = { commitMessage: 'Shorter answers' };

async function made(subject: Subject): Promise<Fixture> {
  const input = { bundleName: subject.name, components: components('Be brief.') };
  const { bundleId, versionId } = await subject.call('CreateConfigurationBundle', input);
  return { bundleId: String(bundleId), versionId: String(versionId) };
}

const idOf = ({ bundleId }: Fixture) => ({ bundleId });

export const configurationBundleContracts: readonly OperationContract[] = [
  {
    operation: 'CreateConfigurationBundle',
    accepted: [
      {
        title: 'a bundle, whose first version is on mainline',
        input: (_fixture, { name }) => ({ bundleName: name, components: components('Be brief.') }),
        verify: async (subject, { bundleId, versionId }) => {
          expect(await subject.call('GetConfigurationBundle', { bundleId })).toMatchObject({
            bundleName: subject.name,
            components: components('Be brief.'),
            versionId,
            lineageMetadata: { parentVersionIds: [], branchName: 'mainline' },
          });
        },
      },
    ],
    rejected: [
      {
        title: 'a name that the model refuses',
        input: { bundleName: 'with-hyphen', components: components('Be brief.') },
        expectedError: invalid('bundleName'),
      },
      {
        title: 'a name that is in use',
        setUp: made,
        input: (_fixture, { name }) => ({ bundleName: name, components: {} }),
        expectedError: conflict(/in use/),
      },
    ],
  },
  {
    operation: 'GetConfigurationBundle',
    accepted: [
      {
        title: 'a bundle',
        setUp: made,
        input: idOf,
        verify: (_subject, response, fixture) => expect(response).toMatchObject(fixture),
      },
    ],
    rejected: [{ title: 'an unknown bundle', input: unknown, expectedError: notFound }],
  },
  {
    operation: 'ListConfigurationBundles',
    accepted: [
      {
        title: 'the bundles of the account',
        setUp: made,
        input: {},
        verify: (_subject, { bundles }, { bundleId }) =>
          expect(bundles).toContainEqual(expect.objectContaining({ bundleId })),
      },
    ],
    rejected: [{ title: 'an empty page', input: { maxResults: 0 }, expectedError: invalid('maxResults') }],
  },
  {
    operation: 'UpdateConfigurationBundle',
    accepted: [
      {
        title: 'a change, which makes a version that follows the latest one',
        setUp: made,
        input: ({ bundleId, versionId }) => ({
          bundleId,
          components: components('Be exact.'),
          parentVersionIds: [versionId],
          ...commit,
        }),
        verify: async (subject, { versionId: latest }, { bundleId, versionId }) => {
          expect(latest).not.toBe(versionId);
          expect(await subject.call('GetConfigurationBundle', { bundleId })).toMatchObject({
            versionId: latest,
            components: components('Be exact.'),
            lineageMetadata: { parentVersionIds: [versionId], ...commit },
          });
        },
      },
    ],
    rejected: [
      {
        title: 'a change that follows another version than the latest one',
        setUp: made,
        input: ({ bundleId }) => ({ bundleId, components: {}, parentVersionIds: [PARENT], ...commit }),
        expectedError: conflict(/latest version/),
      },
      {
        title: 'an unknown bundle',
        input: { ...unknown, parentVersionIds: [PARENT], ...commit },
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'DeleteConfigurationBundle',
    accepted: [
      {
        title: 'a bundle with its versions',
        setUp: made,
        input: idOf,
        expectedResponse: { status: 'DELETING' },
        verify: (subject, _response, fixture) =>
          waitUntilDeleted(subject, 'GetConfigurationBundle', idOf(fixture)),
      },
    ],
    rejected: [{ title: 'an unknown bundle', input: unknown, expectedError: notFound }],
  },
];
