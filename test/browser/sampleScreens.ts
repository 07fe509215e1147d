import { executionScreen } from '../../functions/console/screens/executionScreen.ts';
import { executionsScreen } from '../../functions/console/screens/executionsScreen.ts';
import { fleetScreen } from '../../functions/console/screens/fleetScreen.ts';
import { inboxScreen } from '../../functions/console/screens/inboxScreen.ts';
import type { Frame, Screen } from '../../functions/console/screens/layout.ts';
import { timelineScreen } from '../../functions/console/screens/timelineScreen.ts';
import { workspaceScreen } from '../../functions/console/screens/workspaceScreen.ts';
import {
  NOW,
  refusedWorkspace,
  sampleExecutions,
  sampleFleet,
  sampleQuestions,
  sampleTimeline,
  sampleTools,
  sampleTrace,
  sampleWorkspace,
} from '../../functions/console/testing/sampleViews.ts';

const aws = { region: 'eu-central-1', account: '123456789012', partition: 'aws', environment: 'main' };

export const sampleFrame: Frame = {
  environment: 'main',
  person: 'ada@example.com',
  waiting: sampleQuestions.length,
  links: [],
};

/** Each screen of the console, by the name of its screenshot. */
export const sampleScreens: Readonly<Record<string, Screen>> = {
  fleet: fleetScreen(sampleFleet, {}),
  'fleet-empty': fleetScreen({ ...sampleFleet, workspaces: [] }, {}),
  'fleet-filtered': fleetScreen(sampleFleet, { text: 'nothing-like-it' }),
  workspace: workspaceScreen({ workspace: sampleWorkspace, tools: sampleTools, aws }),
  'workspace-refused': workspaceScreen({ workspace: refusedWorkspace, tools: [] }),
  timeline: timelineScreen({ workspace: 'support', entries: sampleTimeline, time: NOW }),
  'timeline-empty': timelineScreen({ workspace: 'support', entries: [], time: NOW }),
  executions: executionsScreen({ workspace: 'support', executions: sampleExecutions, time: NOW }),
  execution: executionScreen({ workspace: 'support', trace: sampleTrace, aws }),
  inbox: inboxScreen({ questions: sampleQuestions, time: NOW }),
  'inbox-empty': inboxScreen({ questions: [], time: NOW }),
};
