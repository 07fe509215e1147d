import { expect } from 'vitest';
import {
  conflict,
  type Fixture,
  invalid,
  isDeleted,
  notFound,
  type OperationContract,
  waitForStatus,
} from './contract.ts';
import { type KindRows, kindRows } from './genericKindRows.ts';
import { particularContracts } from './particularKinds.ts';
import type { Subject } from './subject.ts';

function contractsOf(kind: KindRows): readonly OperationContract[] {
  const {
    nouns,
    idMember,
    shownIdMember = idMember,
    listMember,
    settled,
    parent,
    update,
    uniqueMember,
  } = kind;
  const [one, many] = nouns;
  const [create, get, remove] = [`Create${one}`, `Get${one}`, `Delete${one}`];
  const setUpParent = (subject: Subject) => parent?.make(subject) ?? Promise.resolve({});
  const identified = (response: object, fixture: Fixture) => ({
    ...fixture,
    [idMember]: Object(response)[shownIdMember],
  });
  const ready = async (subject: Subject): Promise<Fixture> => {
    const fixture = await setUpParent(subject);
    const made = identified(
      await subject.call(create, { ...fixture, ...kind.create(subject.name) }),
      fixture,
    );
    await waitForStatus(subject, get, made, settled);
    return made;
  };
  const unknown = { ...parent?.unknown, [idMember]: kind.unknownId };
  const unknownInput = { title: `an unknown ${one}`, input: unknown, expectedError: notFound };
  return [
    {
      operation: create,
      accepted: [
        {
          title: `a ${one}, which becomes ${settled} with what was asked for`,
          setUp: setUpParent,
          input: (fixture, subject) => ({ ...fixture, ...kind.create(subject.name) }),
          verify: async (subject, response, fixture) => {
            const { enableOnCreate: _, ...given } = Object(kind.create(subject.name));
            const expected = kind.shown?.(given) ?? given;
            const made = identified(response, fixture);
            expect(await waitForStatus(subject, get, made, settled)).toMatchObject(expected);
          },
        },
      ],
      rejected: [
        {
          title: 'a value that the model refuses',
          input: { ...parent?.unknown, ...kind.create('unused'), ...kind.refused[0] },
          expectedError: kind.refused[1],
        },
        ...(uniqueMember === undefined
          ? []
          : [
              {
                title: `a ${uniqueMember} that is in use`,
                setUp: ready,
                input: (fixture: Fixture, subject: Subject) => ({
                  ...fixture,
                  ...kind.create(subject.name),
                  [idMember]: undefined,
                }),
                expectedError: conflict(),
              },
            ]),
        ...(parent
          ? [
              {
                title: 'an unknown parent',
                input: { ...parent.unknown, ...kind.create('unused') },
                expectedError: notFound,
              },
            ]
          : []),
      ],
    },
    {
      operation: get,
      accepted: [
        {
          title: 'the id of one that is settled',
          setUp: ready,
          input: (fixture) => fixture,
          expectedResponse: { status: settled },
        },
      ],
      rejected: [unknownInput],
    },
    {
      operation: `List${many}`,
      accepted: [
        {
          title: 'no filter, and shows all',
          setUp: ready,
          input: (fixture) => ({ ...fixture, [idMember]: undefined }),
          verify: (_subject, response, fixture) => {
            expect(Object(response)[listMember]).toContainEqual(
              expect.objectContaining({ [shownIdMember]: fixture[idMember], status: settled }),
            );
          },
        },
      ],
      rejected: [
        {
          title: 'a token that no list returned',
          setUp: setUpParent,
          input: (fixture) => ({ ...fixture, nextToken: 'unknown' }),
          expectedError: invalid('nextToken'),
        },
      ],
    },
    ...(update
      ? [
          {
            operation: `Update${one}`,
            accepted: [
              {
                title: 'one member, and keeps the others',
                setUp: ready,
                input: (fixture: Fixture) => ({ ...fixture, ...update.changes }),
                verify: async (subject: Subject, _response: object, fixture: Fixture) => {
                  expect(await waitForStatus(subject, get, fixture, settled)).toMatchObject(update.expected);
                },
              },
            ],
            rejected: [
              { ...unknownInput, input: { ...unknown, ...update.changes } },
              ...(update.isDoneAtOnce
                ? []
                : [
                    {
                      title: 'a second update while the first one runs',
                      setUp: async (subject: Subject) => {
                        const fixture = await ready(subject);
                        await subject.call(`Update${one}`, { ...fixture, ...update.changes });
                        return fixture;
                      },
                      input: (fixture: Fixture) => ({ ...fixture, ...update.changes }),
                      expectedError: conflict(/UPDATING/),
                    },
                  ]),
            ],
          },
        ]
      : []),
    {
      operation: remove,
      accepted: [
        {
          title: `a ${one}, which is gone afterwards`,
          setUp: ready,
          input: (fixture) => fixture,
          expectedResponse: kind.deletion ?? { status: 'DELETING' },
          verify: isDeleted(get),
        },
      ],
      rejected: [unknownInput],
    },
  ];
}

export const genericKindContracts: readonly OperationContract[] = [
  ...kindRows.flatMap(contractsOf),
  ...particularContracts,
];
