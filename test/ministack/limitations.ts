/** What MiniStack 1.5.33 cannot do, so that no test on MiniStack covers it. `docs/deploy.md` has the same table. */
export const limitations: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'a malformed event fails the execution at once',
    why: 'MiniStack reports every error of a function as Runtime.HandlerError, so that Retry and Catch cannot recognize InvalidEvent. The embedded AWS can.',
  },
  {
    what: 'the wait for a person ends when a reminder is due',
    why: 'MiniStack ignores TimeoutSecondsPath for a task that waits for a token. The embedded AWS does not. An answer ends the wait on both.',
  },
  {
    what: 'a schedule has the time of its run in its input',
    why: 'MiniStack does not replace <aws.scheduler.scheduled-time>. The embedded AWS does. The test writes a time into the input.',
  },
  {
    what: 'bucket and ledger are encrypted with a customer managed key',
    why: 'MiniStack ignores their encryption. A test checks it in the template, and another deploys and uses such a template.',
  },
  {
    what: 'a state keeps no answer of the service that it calls',
    why: 'MiniStack takes an empty ResultSelector for none. The embedded AWS does not. The test leaves the answers out.',
  },
  {
    what: "CDK's bootstrap roles publish and deploy",
    why: "MiniStack denies the publishing role access to the assets' bucket, so that the test deploys as root.",
  },
  {
    what: 'the pages are reached under the host name in messages',
    why: 'No name of amazonaws.com leads to MiniStack. Requests take another path to the same API, stage and routes.',
  },
  {
    what: 'functions run on arm64, with the deployed memory and concurrency',
    why: 'They run as Node processes on this machine.',
  },
  {
    what: 'alarms and the dashboard get data',
    why: 'MiniStack creates alarms and dashboards, but publishes no metrics of Lambda, Step Functions or EventBridge.',
  },
  {
    what: 'only the functions that write a prefix of the bucket may write there',
    why: "In the session of a function, MiniStack puts the name of its role in the place of the role's id, which the policy names. A test checks the policy in the template.",
  },
  {
    what: 'the validation before a deployment that imports a retained bucket',
    why: 'MiniStack counts the bucket as a conflict of names. The test executes the same change set without this validation.',
  },
];
