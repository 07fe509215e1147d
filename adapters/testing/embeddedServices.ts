import { onTestFinished } from 'vitest';
import { type EmbeddedAws, type EmbeddedAwsOptions, startEmbeddedAws } from '../../local/embeddedAws.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';

/** The embedded services that the adapters call. */
export interface EmbeddedServices {
  readonly aws: EmbeddedAws;
  readonly clock: SimulatedClock;
  /** Settings for a client, by the name of its endpoint, such as `DYNAMODB`. The client does not retry. */
  settings(service: string): ClientSettings;
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** Starts the services in memory. They end with the test. */
export async function startEmbeddedServices(
  options: Omit<EmbeddedAwsOptions, 'clock'>,
): Promise<EmbeddedServices> {
  const clock = new SimulatedClock();
  const aws = await startEmbeddedAws({ clock, ...options });
  onTestFinished(() => aws.close());
  return {
    aws,
    clock,
    settings: (service) => ({
      endpoint: aws.environment[`AWS_ENDPOINT_URL_${service}`] ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
      maxAttempts: 1,
    }),
  };
}
