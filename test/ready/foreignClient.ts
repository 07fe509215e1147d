import * as api from '@aws-sdk/client-bedrock-agentcore-control';
import * as registryApi from '../../adapters/agentRegistry/index.ts';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { parseAddress } from '../../core/address.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import type { JsonObject } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import { createInput } from '../../core/resources/manifestShape.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { nameInput, parentOf } from '../../core/resources/resourceKinds.ts';
import { updateInput } from '../../core/resources/updateInput.ts';
import { resolveSecrets } from '../../functions/provision/secrets.ts';
import { subjectOf } from './manifests.ts';
import { WORKSPACE, type World } from './world.ts';

/** A client of the account that knows nothing of Gateloop, such as a person in the console. */
export class ForeignClient {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * Updates the resource under test, so that it has one configuration instead of another.
   *
   * @returns why the service refuses that; undefined where it does not
   */
  async change(row: ResourceKind, from: JsonObject, to: JsonObject): Promise<string | undefined> {
    const { id, parentId } = await this.#world.idsOf(subjectOf(row));
    const cleared = new Set(Object.keys(omit(from, 'tags')).filter((member) => to[member] === undefined));
    const name = parseAddress(subjectOf(row)).name.split('/').at(-1) ?? '';
    const config = { ...(await this.#valuesOf(to)), ...(row.update === 'put' && nameInput(row, name)) };
    const input = updateInput(row, omit(config, 'tags'), cleared, resourceShapes);
    const result = await this.#world.controlPlane.update(
      row.kind,
      { id, ...(parentId !== undefined && { parentId }) },
      input,
    );
    if (result.kind === 'accepted') await this.#world.consent(result.link);
    await this.#world.settle();
    return result.kind === 'rejected' ? `${result.code}: ${result.message}` : undefined;
  }

  /** Creates the resource under test before any manifest names it. */
  async create(row: ResourceKind, config: JsonObject): Promise<void> {
    const name = parseAddress(subjectOf(row)).name.split('/').at(-1) ?? '';
    const created = createInput(row, await this.#valuesOf(config), resourceShapes);
    const input = { ...created, ...nameInput(row, name) };
    const parent = parentOf(subjectOf(row));
    const parentId = parent && this.#world.ledger.resource(WORKSPACE, parent)?.record.id;
    const result = await this.#world.controlPlane.create(row.kind, input, {
      clientToken: 'foreign-client-token-0123456789abcdef',
      ...(parentId !== undefined && { parentId }),
    });
    if (result.kind === 'rejected') throw new Error(`the service refuses the creation: ${result.message}`);
    await this.#world.consent(result.link);
    await this.#world.settle();
  }

  async tag(arn: string, tags: Record<string, string>, removed: readonly string[] = []): Promise<void> {
    const { client, registryClient } = this.#world.service;
    const tagKeys = [...removed];
    const isOfRegistry = arn.includes(':agent-registry:');
    // Agent Registry refuses an empty map.
    if (Object.keys(tags).length > 0) {
      if (isOfRegistry)
        await registryClient.send(new registryApi.TagResourceCommand({ resourceArn: arn, tags }));
      else await client.send(new api.TagResourceCommand({ resourceArn: arn, tags }));
    }
    // UntagResource refuses an empty list.
    if (tagKeys.length === 0) return;
    if (isOfRegistry)
      await registryClient.send(new registryApi.UntagResourceCommand({ resourceArn: arn, tagKeys }));
    else await client.send(new api.UntagResourceCommand({ resourceArn: arn, tagKeys }));
  }

  async #valuesOf(config: JsonObject): Promise<JsonObject> {
    const resolved = resolveReferences(
      config,
      (address, field) => this.#world.ledger.resource(WORKSPACE, address)?.record.outputs?.[field],
    );
    if ('missing' in resolved) throw new Error('a reference has no value yet');
    return resolveSecrets(resolved.config, this.#world.secrets);
  }
}
