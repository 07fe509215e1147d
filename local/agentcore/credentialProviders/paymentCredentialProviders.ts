import type {
  CreatePaymentCredentialProviderRequest,
  CreatePaymentCredentialProviderResponse,
  DeletePaymentCredentialProviderRequest,
  GetPaymentCredentialProviderRequest,
  GetPaymentCredentialProviderResponse,
  ListPaymentCredentialProvidersRequest,
  ListPaymentCredentialProvidersResponse,
  PaymentCredentialProviderVendorType,
  PaymentProviderConfigurationOutput,
  Status,
  UpdatePaymentCredentialProviderRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { defined, omit } from '../../../core/objects.ts';
import { AccountResources } from '../accountResources.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { COMMON_STATUSES, type StatefulRecord } from '../lifecycle.ts';
import type { Checked, Operations } from '../operation.ts';
import { invalid } from '../serviceError.ts';
import type { Tags } from '../tags.ts';
import { type SecretInput, type StoredSecret, secretOf } from './providerSecret.ts';

type ConfigurationInput = Checked<CreatePaymentCredentialProviderRequest>['providerConfigurationInput'];

interface Configuration {
  readonly vendor: PaymentCredentialProviderVendorType;
  /** The members of the vendor's configuration that are no secrets. */
  readonly plain: JsonObject;
  /** Where each secret is, by its member. */
  readonly secrets: Readonly<Record<string, StoredSecret>>;
}

/** The status stays inside the emulator: no response of the service has one. */
interface PaymentCredentialProviderRecord extends StatefulRecord<Status>, Configuration {}

interface Vendor {
  readonly member: 'coinbaseCdpConfiguration' | 'stripePrivyConfiguration';
  readonly secrets: readonly string[];
}

const VENDORS: Readonly<Record<PaymentCredentialProviderVendorType, Vendor>> = {
  CoinbaseCDP: { member: 'coinbaseCdpConfiguration', secrets: ['apiKeySecret', 'walletSecret'] },
  StripePrivy: { member: 'stripePrivyConfiguration', secrets: ['appSecret', 'authorizationPrivateKey'] },
};
/** From the model: `ListPaymentCredentialProvidersRequestMaxResultsInteger`. */
const MAX_PAGE_SIZE = 20;

/** The payment credential providers of the account. Their names are their ids. */
export class PaymentCredentialProviders extends AccountResources<Status, PaymentCredentialProviderRecord> {
  constructor(context: EmulatorContext, tags: Tags) {
    super(context, {
      kind: 'paymentCredentialProvider',
      noun: 'payment credential provider',
      pluralNoun: 'payment credential providers',
      arnPath: 'token-vault/default/paymentcredentialprovider',
      quota: 'paymentCredentialProvidersPerAccount',
      statuses: COMMON_STATUSES,
      operations: {
        create: 'CreatePaymentCredentialProvider',
        update: 'UpdatePaymentCredentialProvider',
        delete: 'DeletePaymentCredentialProvider',
      },
      tags,
    });
  }

  operations(): Operations {
    return {
      CreatePaymentCredentialProvider: (input: Checked<CreatePaymentCredentialProviderRequest>) =>
        this.#create(input),
      GetPaymentCredentialProvider: ({ name }: Checked<GetPaymentCredentialProviderRequest>) =>
        this.#toResponse(this.get(name)),
      ListPaymentCredentialProviders: (input: Checked<ListPaymentCredentialProvidersRequest>) =>
        this.#list(input),
      UpdatePaymentCredentialProvider: (input: Checked<UpdatePaymentCredentialProviderRequest>) => {
        const before = this.getIdle(input.name);
        const configuration = this.#configurationOf(input, before);
        return this.#toResponse(this.startUpdate({ ...before, ...configuration }));
      },
      DeletePaymentCredentialProvider: ({ name }: Checked<DeletePaymentCredentialProviderRequest>) => {
        this.startDelete(this.getIdle(name));
        return {};
      },
    };
  }

  #create(input: Checked<CreatePaymentCredentialProviderRequest>): CreatePaymentCredentialProviderResponse {
    const configuration = this.#configurationOf(input);
    const created = this.startCreate({ ...this.reserve(input.name, input.tags), ...configuration });
    return omit(this.#toResponse(created), 'createdTime', 'lastUpdatedTime');
  }

  /** @throws ServiceError ValidationException for the configuration of another vendor, and for a secret that is missing */
  #configurationOf(
    {
      name,
      credentialProviderVendor: vendor,
      providerConfigurationInput,
    }: {
      readonly name: string;
      readonly credentialProviderVendor: PaymentCredentialProviderVendorType;
      readonly providerConfigurationInput: ConfigurationInput;
    },
    before?: Configuration,
  ): Configuration {
    const { member, secrets } = VENDORS[vendor];
    const given = jsonOf(providerConfigurationInput)[member];
    if (!isJsonObject(given))
      throw invalid(`The vendor ${vendor} requires ${member}.`, {
        name: 'providerConfigurationInput',
        message: `must have the member ${member}`,
      });
    const path = `payment/${vendor.toLowerCase()}/${name}`;
    const stored = secrets.map((secret): [string, StoredSecret] => {
      const members = { secret, config: `${secret}Config`, source: `${secret}Source` };
      const kind = {
        members,
        prefix: `providerConfigurationInput.${member}.`,
        path: `${path}/${secret.toLowerCase()}`,
        isRequired: true,
      };
      const previous = before?.vendor === vendor ? before.secrets[secret] : undefined;
      return [secret, secretOf(this.context, kind, inputOf(given, members), previous)];
    });
    const hidden = secrets.flatMap((secret) => [secret, `${secret}Config`, `${secret}Source`]);
    return { vendor, plain: omit(given, ...hidden), secrets: Object.fromEntries(stored) };
  }

  #list(input: Checked<ListPaymentCredentialProvidersRequest>): ListPaymentCredentialProvidersResponse {
    const { items, nextToken } = this.page(input, {
      scope: 'ListPaymentCredentialProviders',
      pageSize: Math.min(MAX_PAGE_SIZE, this.context.settings.quotas.defaultPageSize),
    });
    return {
      credentialProviders: items.map(({ name, vendor, createdAt, updatedAt }) => ({
        name,
        credentialProviderVendor: vendor,
        credentialProviderArn: this.arnOf(name),
        createdTime: new Date(createdAt),
        lastUpdatedTime: new Date(updatedAt),
      })),
      ...defined({ nextToken }),
    };
  }

  #toResponse(provider: PaymentCredentialProviderRecord): GetPaymentCredentialProviderResponse {
    const { name, vendor, plain, secrets, createdAt, updatedAt } = provider;
    const places = Object.entries(secrets).flatMap(([secret, { secretArn, secretSource, secretJsonKey }]) => [
      [`${secret}Arn`, { secretArn }],
      [`${secret}Source`, secretSource],
      ...(secretJsonKey === undefined ? [] : [[`${secret}JsonKey`, secretJsonKey]]),
    ]);
    const output = { [VENDORS[vendor].member]: { ...plain, ...Object.fromEntries(places) } };
    return {
      name,
      credentialProviderVendor: vendor,
      credentialProviderArn: this.arnOf(name),
      // The type system cannot relate a computed member name to the vendor.
      providerConfigurationOutput: output as unknown as PaymentProviderConfigurationOutput,
      createdTime: new Date(createdAt),
      lastUpdatedTime: new Date(updatedAt),
    };
  }
}

function inputOf(given: JsonObject, members: Readonly<Record<keyof SecretInput, string>>): SecretInput {
  const [secret, config, source] = [given[members.secret], given[members.config], given[members.source]];
  return {
    secret: textOf(secret),
    config: isJsonObject(config)
      ? { secretId: String(config.secretId), jsonKey: String(config.jsonKey) }
      : undefined,
    source: source === 'EXTERNAL' || source === 'MANAGED' ? source : undefined,
  };
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The validated input, whose members are looked at by name. */
function jsonOf(input: ConfigurationInput): JsonObject {
  return input as unknown as JsonObject;
}
