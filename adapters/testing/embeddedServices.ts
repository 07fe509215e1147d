import { onTestFinished } from 'vitest';
import { type EmbeddedAws, type EmbeddedAwsOptions, startEmbeddedAws } from '../../local/embeddedAws.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';

/** The services that adapters reach over the network, on this machine. */
export interface EmbeddedServices {
  readonly aws: EmbeddedAws;
  readonly clock: SimulatedClock;
  /** For a client of the service whose endpoint has this name, such as `DYNAMODB`; it never retries. */
  settings(service: string): ClientSettings;
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** Starts them in memory; all of it ends with the test. */
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
