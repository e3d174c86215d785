import { sourceConnectors } from '../../shared/heddle/connectors/connectors.ts';

/** Sources of connectors: `storagequeue: a storage queue.` */
const queues = sourceConnectors.map(({ source }) => `${source.name}: ${source.description}.`);

/** Descriptions that an editor shows for the fields of a trigger, by path. */
export const triggerDescriptions: Readonly<Record<string, string>> = {
  name: 'Unique. Part of the id of every run: to a renamed trigger all old events are new. The ending .on-failure is kept for what onFailure makes.',
  displayName: 'What pages show in place of the name.',
  description: 'For people.',
  tags: 'For people, and to find triggers by.',
  source: `The source that must have received the event: the name of one under sources, or of a kind of sender. completion: the end of another run. emit: code of the app or a caller of the API. manual: a person. schedule: its own schedule. poll: its own poller. ${queues.join(' ')}`,
  eventType:
    'The types that match, one or several: pull_request takes each of its actions, pull_request.opened one, pull_request.* is a glob. Absent: every type of the source, or with source manual the name of the trigger.',
  enabled: 'False: known, and never run.',
  requireVerification: 'False: events of senders that were not authenticated are taken too.',
  conditions:
    'Fields of the event and what they must be: a value, a list of allowed ones, a nested object, or operators. All must hold.',
  filter:
    'Conditions over the payload alone, or one Jinja expression over event and fields: event.amount > 100.',
  mode: 'manual: its events are recorded and run nothing; a person executes the trigger. Absent: auto.',
  actor: 'The registered name of the actor to run.',
  transform:
    'What stands in the place of the event for everything below and for the actor. Every text is a Jinja template over event and fields.',
  defaultInputs: 'Input of the actor, as it stands. With no inputs at all, the input is the event.',
  inputMapping:
    'Laid over defaultInputs: values of the event by JSONPath. { user: $.sender.login }',
  variables:
    'Laid over the other inputs, key by key. Every text is a Jinja template over event, fields and trigger: "{{ event.pull_request.head.sha[:8] }}".',
  maxConcurrent: 'Runs of the trigger, or of each concurrencyKey, that are executed at once.',
  concurrencyKey:
    'A Jinja template: runs are counted for each text that it renders to. Without maxConcurrent, one at once.',
  allowConcurrent: 'False: no run while another with the same input is executed.',
  overlap:
    'What becomes of a run for which there is no room. queue: it waits. skip: it is not made. replace: those that run are cancelled and it begins at once. cancelOther: those that run are asked to end, and it begins when they have.',
  cooldownSeconds:
    'No run for so long after the last one has begun, for each concurrencyKey. Seconds.',
  debounce: 'One run for all events of a window, which closes once none has come for a while.',
  'debounce.wait': 'The window closes when no event has come for so long: 30s, 5m.',
  'debounce.maxWait':
    'It closes after so long even if events go on coming. Absent: seven days. No less than wait.',
  'debounce.key':
    'A Jinja template: events share a window where it renders to the same text. Absent: all of the trigger.',
  batch: 'One run for so many events, or for what has come when the first has waited long enough.',
  'batch.size': 'Events of one run at most.',
  'batch.wait': 'The first event waits no longer than this: 30s, 5m.',
  'batch.key':
    'A Jinja template: events share a batch where it renders to the same text. Absent: all of the trigger.',
  dedupe: 'One run for all events of a key within a window: those after the first are skipped.',
  'dedupe.key': 'A Jinja template: events are the same where it renders to the same text.',
  'dedupe.window': 'How long, from the first event on: 10m, 1d.',
  priority:
    'Of runs that wait for room, those of the highest go first: -10 to 10, or a Jinja template for it.',
  orderingKey:
    'A Jinja template over event and fields: runs whose key renders to the same text are made one after the other, in the order in which the events came.',
  whilePaused:
    'What becomes of runs while the trigger is paused. hold: they wait. drop: they are skipped. keepLast: the last one waits.',
  retry: 'How runs are tried again. Bicep asks for the backoff.',
  'retry.maxAttempts': 'Attempts in all, the first one included.',
  'retry.backoff':
    'exponential: each wait is twice the one before. fixed: all are as long as delay.',
  'retry.delay': 'Before the second attempt: 500ms, 2s. 1s unless said.',
  'retry.maxDelay': 'No wait between attempts is longer. 5m unless said.',
  'retry.jitter':
    'How much of each wait is drawn at random, so that what failed together does not come back together.',
  'retry.nonRetryable':
    'Codes or names of errors after which no attempt follows: input_invalid, TypeError.',
  timeout: 'How long one attempt may take: 30s, 5m. 5m unless said.',
  onFailure:
    'The actor that is run for every run that has failed for good. Its input says which run it was, its error and its event.',
  persistData: 'False: of events and runs only ids, outcomes and decisions are kept.',
  retentionDays: 'How long its events and runs are kept. Absent: as HEDDLE_RETENTION_DAYS says.',
  sourceActor: 'With source completion: only runs of this actor.',
  sourceTrigger: 'With source completion: only runs of this trigger.',
  status: 'With source completion: only runs that have ended so. Absent: any.',
  passOutputs:
    'With source completion: the output of the run that has ended is laid over defaultInputs.',
  outputMapping:
    'With source completion: parts of that output by name or JSONPath. { raw_data: processed_data }',
  schema: 'With source manual, or mode manual: JSON Schema of the data.',
  ui: 'With source manual, or mode manual: how a page shows the trigger.',
  'ui.icon': 'The name of an icon, or an emoji.',
  'ui.color': 'A colour as CSS has it.',
  'ui.form': 'The fields of the form that makes the data.',
  'ui.form.name': 'The property of the data that the field fills.',
  'ui.form.type': 'What kind of field it is.',
  'ui.form.label': 'What stands before it. Absent: its name.',
  'ui.form.options': 'What a select offers.',
  'ui.form.options.value': 'What the data gets.',
  'ui.form.options.label': 'What is shown. Absent: the value.',
  schedule:
    'With source schedule: a cron expression such as "0 8 * * 1-5", or an object with cron, interval, at or every.',
  'schedule.cron':
    'Five fields, or six with seconds first; or @hourly, @daily, @weekly, @monthly, @yearly.',
  'schedule.interval':
    '30s, 5m, 1h, 1d, 1w: counted from start, or from 1970, so that all instances agree.',
  'schedule.at': 'Daily, by the clock of the time zone: 02:00, 02:00:30.',
  'schedule.every': '{ hours: 6 }: what is given adds up. Counted as interval is.',
  'schedule.every.weeks': 'Of seven days.',
  'schedule.every.days': 'Of 24 hours: for a time of the day say at.',
  'schedule.every.hours': 'Of 60 minutes.',
  'schedule.every.minutes': 'Of 60 seconds.',
  'schedule.every.seconds': 'One at least.',
  'schedule.timezone': 'IANA name: America/New_York. UTC unless said.',
  'schedule.start': 'Nothing fires before it. A timestamp such as 2026-01-31T08:00:00Z.',
  'schedule.end': 'Nothing fires after it. A timestamp.',
  'schedule.jitter':
    'Each fire is put off by its own part of this, the same at every instance: 30s, 5m.',
  'schedule.enabled': 'False: nothing fires, and nothing is missed.',
  'schedule.misfire':
    'What becomes of fires that nothing ran for. skip: they are left out. fireOnce: the last stands for all. catchUp: all are made.',
  'schedule.catchUpWindow':
    'What was missed longer ago is left out whatever misfire says. 1d unless said.',
  'schedule.grace':
    'A fire that is late by no more than this is on time for misfire. 30s unless said.',
  'schedule.skippedTime':
    'A local time that the clocks leave out: fire, when they have gone forward, or skip.',
  'schedule.repeatedTime': 'A local time that comes twice fires once, the first time, or twice.',
  data: 'With source schedule: added to the event of each fire, beside scheduledTime and previousTime.',
  poll: 'With source poll: what is polled, and how often.',
  'poll.poller': 'The registered name of the poller, or of a built-in one: files, http-health.',
  'poll.interval': 'From one poll to the next: 2s, 5m. Absent: as the poller says.',
  'poll.timeout': 'How long one poll may take. 10s unless said.',
  'poll.enabled': 'False: it is not polled.',
  'poll.with':
    'What the poller is configured with. The API shows it: of a secret it has the name of an app setting.',
};
