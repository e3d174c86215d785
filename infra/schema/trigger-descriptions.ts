import { sourceConnectors } from '../../shared/heddle/connectors/connectors.ts';

/** Sources of connectors: `storagequeue: a storage queue.` */
const queues = sourceConnectors.map(({ source }) => `${source.name}: ${source.description}.`);

/** Descriptions that an editor shows for the fields of a trigger, by path. */
export const triggerDescriptions: Readonly<Record<string, string>> = {
  name: 'Unique. Part of the id of every run, so a renamed trigger treats all old events as new. Names that end in .on-failure are reserved for the triggers of onFailure.',
  displayName: 'The name that pages show. Absent: the name.',
  description: 'A text for people.',
  tags: 'Labels for people, and for finding triggers.',
  source: `The source of the event: the name of one under sources, or a kind of sender. completion: another run has ended. emit: code of the app or a caller of the API. manual: a person. schedule: its own schedule. poll: its own poller. ${queues.join(' ')}`,
  eventType:
    'The types that match, one or several: pull_request takes each of its actions, pull_request.opened one, pull_request.* is a glob. All but * is meant literally, spaces and brackets too. Absent: every type of the source, or with source manual the name of the trigger.',
  enabled: 'False: the trigger is listed and never runs.',
  requireVerification: 'False: events of unauthenticated senders run the trigger too.',
  conditions:
    'Fields of the event with the value that each must have: a value, a list of allowed values, a nested object, or operators. All must hold.',
  filter:
    'Conditions over the payload alone, or one Jinja expression over event and fields: event.amount > 100.',
  mode: 'manual: its events are recorded and run nothing; a person executes the trigger. Absent: auto.',
  actor: 'The registered name of the actor to run.',
  transform:
    'An object that replaces the event in all inputs and for the actor. Every text is a Jinja template over event and fields.',
  defaultInputs: 'Input of the actor, as written. Without any inputs the input is the event.',
  inputMapping:
    'Values of the event by JSONPath, which override defaultInputs: { user: $.sender.login }.',
  variables:
    'Values that override the other inputs, key by key. Every text is a Jinja template over event, fields and trigger: "{{ event.pull_request.head.sha[:8] }}".',
  maxConcurrent: 'Maximum number of runs at once, of the trigger or of each concurrencyKey.',
  concurrencyKey:
    'A Jinja template: runs are counted separately for each text that it renders to. Without maxConcurrent, one runs at once.',
  allowConcurrent:
    'False: no run begins until another one with the same input has ended, its waits for a retry included.',
  overlap:
    'How to treat a run that finds no free slot. queue: it waits. skip: it is skipped. replace: the running ones are cancelled and it begins at once. cancelOther: the running ones are asked to end, and it begins when they have ended.',
  throttle: 'At most limit runs begin within any period; the others wait in line.',
  'throttle.limit': 'Maximum number of runs that begin within the period.',
  'throttle.period': 'Length of the period, wherever it starts: 1s to 31d.',
  'throttle.key':
    'A Jinja template: runs for which it renders to the same text are counted together. Absent: all runs of the trigger.',
  limit:
    'The name of a limit under limits, which all triggers that name it share, on top of limits of their own.',
  releaseOnFailure:
    'True: a run that has failed for good counts for dedupe and cooldownSeconds no longer, so the next event runs.',
  cooldownSeconds:
    'Seconds after the start of a run in which no other one begins, for each concurrencyKey.',
  debounce: 'One run for all events of a window, which closes once no event has come for a while.',
  'debounce.wait': 'Time without events after which the window closes: 30s, 5m.',
  'debounce.maxWait':
    'Time after which the window closes although events still come; at least wait. Absent: seven days.',
  'debounce.key':
    'A Jinja template: events for which it renders to the same text share a window. Absent: all events of the trigger share one.',
  batch: 'One run for size events, or for fewer once the first one has waited long enough.',
  'batch.size': 'Maximum number of events of a run.',
  'batch.wait': 'Maximum time that the first event waits: 30s, 5m.',
  'batch.key':
    'A Jinja template: events for which it renders to the same text share a batch. Absent: all events of the trigger share one.',
  dedupe: 'One run for all events with the same key within a window: later events are skipped.',
  'dedupe.key': 'A Jinja template: events for which it renders to the same text count as the same.',
  'dedupe.window': 'Length of the window, from the first event on: 10m, 1d.',
  priority:
    'Among runs that wait for a slot, the highest priority goes first: -10 to 10, or a Jinja template that renders to such a number.',
  forEach:
    'A run for each item of a list of the event: its path, such as $.items. The item is the input; with other inputs, paths and templates see it as item, and its position as index.',
  'forEach.path': 'JSONPath to the list, or to several values: $.items, $.items[?@.urgent].',
  'forEach.max': 'Maximum number of runs for an event; items beyond it make none. Default: 100.',
  'forEach.key':
    'A Jinja template over item, index, event and fields: items for which it renders to the same text run once.',
  orderingKey:
    'A Jinja template over event and fields: runs whose key renders to the same text are made one after the other, in the order in which the events came.',
  whilePaused:
    'How to treat runs while the trigger is paused. hold: they wait. drop: they are skipped. keepLast: the last one waits, the others are skipped. Absent: hold; with a schedule, as its misfire says.',
  retry: 'How failed runs are tried again.',
  'retry.maxAttempts': 'Maximum number of attempts, the first one included.',
  'retry.backoff':
    'exponential: each wait is twice as long as the one before. fixed: each wait is as long as delay.',
  'retry.delay': 'Wait before the second attempt: 500ms, 2s. Default: 1s.',
  'retry.maxDelay': 'Maximum wait between attempts. Default: 5m.',
  'retry.jitter':
    'Random share of each wait, so that runs that failed together are not all tried again together.',
  'retry.nonRetryable':
    'Codes or names of errors after which no attempt follows: input_invalid, TypeError.',
  timeout: 'Maximum duration of an attempt: 30s, 5m. Default: 5m.',
  onFailure:
    'The actor to run for every run that has failed for good. Its input has the run, its error and its event. False: none, whatever the defaults of the file say.',
  'onFailure.actor': 'The registered name of the actor to run.',
  'onFailure.group':
    'One run for all failures of the trigger with the same error code within a window.',
  'onFailure.group.window':
    'Time from the first failure to the run: 10m. Its input is { events, count }, an event for each failure.',
  persistData: 'False: only ids, outcomes and decisions of events and runs are kept.',
  retentionDays:
    'Days that its events and runs are kept. Absent: the value of HEDDLE_RETENTION_DAYS.',
  sourceActor: 'With source completion: only runs of this actor.',
  sourceTrigger: 'With source completion: only runs of this trigger, or of one in a list.',
  status: 'With source completion: only runs with this outcome. Absent: any.',
  passOutputs:
    'With source completion: the output of the run that has ended overrides defaultInputs.',
  outputMapping:
    'With source completion: parts of that output by name or JSONPath. { raw_data: processed_data }',
  schema: 'With source manual, or mode manual: JSON Schema of the data.',
  ui: 'With source manual, or mode manual: how a page shows the trigger.',
  'ui.icon': 'The name of an icon, or an emoji.',
  'ui.color': 'A colour as CSS has it.',
  'ui.form': 'The fields of the form with which a person enters the data.',
  'ui.form.name': 'The property of the data that the field fills.',
  'ui.form.type': 'The type of the field.',
  'ui.form.label': 'The label of the field. Absent: its name.',
  'ui.form.options': 'The choices of a select.',
  'ui.form.options.value': 'The value that the data gets.',
  'ui.form.options.label': 'The text that is shown. Absent: the value.',
  schedule:
    'With source schedule: a cron expression such as "0 8 * * 1-5", or an object with cron, interval, at, every or any, or a list of these.',
  'schedule.cron':
    'Five fields, or six with seconds first; or @hourly, @daily, @weekly, @monthly, @yearly, @every 5m. A list fires at the times of each.',
  'schedule.interval':
    'Time between fires: 30s, 5m, 1h, 1d, 1w. Counted from start, or from 1970, so that all instances agree.',
  'schedule.at':
    'Time of day in the time zone at which it fires daily: 02:00, 02:00:30; or a list of times.',
  'schedule.every':
    'Time between fires, as the sum of its fields: { hours: 6 }. Counted as interval is.',
  'schedule.every.weeks': 'Weeks of seven days.',
  'schedule.every.days': 'Days of 24 hours. For a time of day use at.',
  'schedule.every.hours': 'Hours of 60 minutes.',
  'schedule.every.minutes': 'Minutes of 60 seconds.',
  'schedule.every.seconds': 'Seconds. The sum of all fields is at least one second.',
  'schedule.any':
    'Several schedules in one: it fires whenever one of them does, and once where they coincide.',
  'schedule.any.cron': 'As schedule.cron.',
  'schedule.any.interval': 'As schedule.interval.',
  'schedule.any.at': 'As schedule.at.',
  'schedule.any.every': 'As schedule.every.',
  'schedule.any.every.weeks': 'Weeks of seven days.',
  'schedule.any.every.days': 'Days of 24 hours.',
  'schedule.any.every.hours': 'Hours of 60 minutes.',
  'schedule.any.every.minutes': 'Minutes of 60 seconds.',
  'schedule.any.every.seconds': 'Seconds.',
  'schedule.any.start': 'This part does not fire before it. A timestamp.',
  'schedule.any.end': 'This part does not fire after it. A timestamp.',
  'schedule.any.exclude': 'Dates on which this part does not fire, beside those of the schedule.',
  'schedule.any.timezone': 'Time zone of this part. Absent: that of the schedule.',
  'schedule.any.enabled': 'False: this part does not fire.',
  'schedule.any.skippedTime': 'Absent: as in the schedule.',
  'schedule.any.repeatedTime': 'Absent: as in the schedule.',
  'schedule.exclude':
    'Dates in the time zone on which nothing fires: 2026-12-25, 12-25 of every year, 2026-12-24/2027-01-01, or the name of a calendar.',
  'schedule.timezone':
    'IANA name of the time zone: America/New_York; or its name in Windows: W. Europe Standard Time. Default: UTC.',
  'schedule.start': 'Nothing fires before it. A timestamp such as 2026-01-31T08:00:00Z.',
  'schedule.end': 'Nothing fires after it. A timestamp.',
  'schedule.jitter':
    'Maximum delay of a fire: 30s, 5m. Each fire has its own random delay, the same on every instance.',
  'schedule.enabled': 'False: nothing fires, and nothing is missed.',
  'schedule.misfire':
    'How to treat fires that were missed while the app was down. skip: none fires. fireOnce: the last one fires, for all. catchUp: all fire.',
  'schedule.catchUpWindow':
    'Fires that were missed longer ago are skipped, whatever misfire says. Default: 1d.',
  'schedule.grace': 'Delay up to which a fire still counts as on time for misfire. Default: 30s.',
  'schedule.skippedTime':
    'How to treat a local time that does not exist because clocks go forward. fire: it fires right after the change. skip: it does not fire.',
  'schedule.repeatedTime':
    'How to treat a local time that comes twice because clocks go back. once: it fires the first time. twice: it fires both times.',
  data: 'With source schedule: data added to the event of each fire, beside scheduledTime and previousTime.',
  poll: 'With source poll: the poller to run, and how often.',
  'poll.poller': 'The registered name of the poller, or of a built-in one: files, http-health.',
  'poll.interval': 'Time from one poll to the next: 2s, 5m. Absent: the default of the poller.',
  'poll.timeout': 'Maximum duration of a poll. Default: 10s.',
  'poll.enabled': 'False: the trigger is not polled.',
  'poll.with':
    'Options of the poller. The API shows them, so for a secret give the name of its app setting.',
};

/** The same for the fields of a limit under `limits`. */
export const limitDescriptions: Readonly<Record<string, string>> = {
  maxConcurrent:
    'Maximum number of runs at once of all triggers that name the limit, or of each key.',
  key: 'A Jinja template: runs for which it renders to the same text are counted together. Absent: all runs.',
  throttle: 'At most limit runs of all these triggers begin within any period; the others wait.',
  'throttle.limit': 'Maximum number of runs that begin within the period.',
  'throttle.period': 'Length of the period, wherever it starts: 1s to 31d.',
};
