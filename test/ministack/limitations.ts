/** What MiniStack 1.5.33 cannot do of what is deployed, and so is not tested on it. `docs/deploy.md` shows the table. */
export const limitations: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'an event that cannot be read ends the execution at once',
    why: 'MiniStack reports every error that a function throws as Runtime.HandlerError, so that Retry and Catch cannot tell InvalidEvent from others; the embedded AWS can.',
  },
  {
    what: 'a wait for a person ends by itself when a reminder falls due',
    why: 'MiniStack passes over TimeoutSecondsPath where a task waits for a token; the embedded AWS does not. An answer ends the wait on both.',
  },
  {
    what: 'a schedule fires at the rate that is deployed',
    why: 'It does, but the shortest is five minutes; the test sets the rate to one minute and then waits that minute.',
  },
  {
    what: "bucket and ledger are encrypted with a key of one's own",
    why: 'MiniStack passes over their encryption, which is checked in the template; that such a template deploys and works is tested.',
  },
  {
    what: "CDK's bootstrap roles publish and deploy",
    why: "MiniStack refuses the assets' bucket to the publishing role, so the deployment is made in the root's name.",
  },
  {
    what: 'the pages are reached under the name that stands in messages',
    why: 'No name of amazonaws.com leads to MiniStack; requests take its own path to the same API, stage and routes.',
  },
  {
    what: 'functions run on arm64, with the memory and the concurrency that are set',
    why: 'They are Node processes of this machine.',
  },
  {
    what: 'alarms watch what happens, and the dashboard shows it',
    why: 'MiniStack makes alarms and dashboards but puts no metrics of Lambda, Step Functions or EventBridge into CloudWatch.',
  },
  {
    what: 'retained buckets and tables are taken up again by the next deployment',
    why: 'MiniStack does not know ImportExistingResources.',
  },
];
