import {
  agentRegistryShapes,
  controlPlaneShapes,
  dataPlaneShapes,
  type SdkShapes,
} from '../../adapters/sdkShapes.ts';
import { AGENTCORE_EVENT_SOURCE } from '../../core/events/changeEvents.ts';

/** A part of the API with a service model of its own. */
export interface Plane {
  readonly shapes: SdkShapes;
  /** The service for which a client signs requests of this plane. Planes of different services share paths. */
  readonly signingName: string;
  /** Precedes the names of operations in settings, logs and tables: two services have a CreateRegistry. */
  readonly prefix: string;
  /** Who publishes the events of calls that change something. A data plane publishes none. */
  readonly trail?: { readonly source: string; readonly eventSource: string };
}

/** The control plane comes first: the first plane of a service wins if two share a route. */
export const PLANES: readonly Plane[] = [
  {
    shapes: controlPlaneShapes,
    signingName: 'bedrock-agentcore',
    prefix: '',
    trail: { source: 'aws.bedrock-agentcore', eventSource: AGENTCORE_EVENT_SOURCE },
  },
  { shapes: dataPlaneShapes, signingName: 'bedrock-agentcore', prefix: '' },
  {
    shapes: agentRegistryShapes,
    signingName: 'agent-registry',
    prefix: 'AgentRegistry.',
    trail: { source: 'aws.agent-registry', eventSource: 'agent-registry.amazonaws.com' },
  },
];
