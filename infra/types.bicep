// The type of a trigger for the compiler: the fields of TriggerSchema in shared/heddle/domain/trigger.ts.

@export()
@minValue(1)
@maxValue(3650)
@description('How long something is kept.')
type days = int

@minLength(1)
@maxLength(500)
@description('A Jinja template whose text tells events apart.')
type keyTemplate = string

@export()
@description('A rule: when such an event comes, run that actor.')
@sealed()
type triggerDefinition = {
  @minLength(1)
  @maxLength(64)
  @description('Unique; part of the id of every run.')
  name: string

  @maxLength(200)
  @description('What pages show in place of the name.')
  displayName: string?

  @maxLength(1000)
  description: string?

  @maxLength(20)
  @description('For people, and to find triggers by.')
  tags: tag[]?

  @minLength(1)
  @maxLength(128)
  @description('The source that must have received the event: github, completion, manual, schedule, poll.')
  source: string

  @description('A type, a glob, or a list of these: Bicep has no type for text or list.')
  eventType: any?

  @description('False: known, but never run.')
  enabled: bool?

  @description('False: events of senders that were not authenticated are taken too.')
  requireVerification: bool?

  @description('Fields of the event and what they must be.')
  conditions: object?

  @description('Conditions over the payload alone, or one Jinja expression.')
  filter: any?

  @description('manual: its events are recorded and run nothing; a person executes the trigger. Absent: auto.')
  mode: triggerMode?

  @minLength(1)
  @description('The registered name of the actor to run.')
  actor: string

  @description('What stands in the place of the event for the inputs and the actor, as templates.')
  transform: object?

  @description('Input of the actor, as it stands.')
  defaultInputs: object?

  @description('Values of the event by JSONPath, laid over defaultInputs.')
  inputMapping: mapping?

  @description('Input of the actor, as templates, laid over the others.')
  variables: object?

  @minValue(1)
  @maxValue(1000)
  @description('Runs of the trigger, or of each concurrencyKey, that are executed at once.')
  maxConcurrent: int?

  @description('A template: runs are counted for each text that it renders to.')
  concurrencyKey: keyTemplate?

  @description('False: no run while another with the same input is executed.')
  allowConcurrent: bool?

  @description('What becomes of a run for which there is no room.')
  overlap: overlapPolicy?

  @description('No run for so many seconds after the last one has begun. At most a year; it may have a fraction, for which Bicep has no type.')
  cooldownSeconds: any?

  @description('One run for all events of a window that closes once none has come for a while.')
  debounce: debouncePolicy?

  @description('One run for so many events, or for what has come in time.')
  batch: batchPolicy?

  @description('One run for all events of a key within a window.')
  dedupe: dedupePolicy?

  @description('Of runs that wait for room, the highest go first: -10 to 10, or a template for it.')
  priority: any?

  @description('A template: events whose key renders to the same text run one after the other.')
  orderingKey: keyTemplate?

  @description('What becomes of runs while the trigger is paused.')
  whilePaused: pausePolicy?

  @description('Its backoff has to be said: it tells the policies apart.')
  retry: retryPolicy?

  @description('How long one attempt may take: seconds, or a text such as 5m.')
  timeout: any?

  @minLength(1)
  @description('The actor that is run for every run that has failed for good.')
  onFailure: string?

  @description('False: of events and runs only ids, outcomes and decisions are kept.')
  persistData: bool?

  @description('How long its events and runs are kept. Absent: as the parameter retentionDays says.')
  retentionDays: days?

  @minLength(1)
  @description('With source completion: only runs of this actor.')
  sourceActor: string?

  @minLength(1)
  @maxLength(64)
  @description('With source completion: only runs of this trigger.')
  sourceTrigger: string?

  @description('With source completion: only runs that have ended so.')
  status: completionStatus?

  @description('With source completion: the output of the run that has ended is laid over defaultInputs.')
  passOutputs: bool?

  @description('With source completion: parts of that output by name or JSONPath.')
  outputMapping: mapping?

  @description('With source manual, or mode manual: JSON Schema of the data.')
  schema: object?

  @description('With source manual, or mode manual: how a page shows the trigger.')
  ui: uiDefinition?

  @description('With source schedule: a cron expression, or an object with cron, interval, at or every: Bicep has no type for text or object.')
  schedule: any?

  @description('With source schedule: added to the event of each fire.')
  data: object?

  @description('With source poll: what is polled, and how often.')
  poll: pollDefinition?
}

@sealed()
type pollDefinition = {
  @minLength(1)
  @maxLength(64)
  @description('The registered name of the poller, or of a built-in one.')
  poller: string

  @description('From one poll to the next. Absent: as the poller says.')
  interval: any?

  @description('How long one poll may take.')
  timeout: any?

  @description('False: it is not polled.')
  enabled: bool?

  @description('What the poller is configured with. The API shows it: of a secret it has the name of an app setting.')
  with: object?
}

@minLength(1)
@maxLength(64)
type tag = string

@description('Paths by the names of inputs.')
type mapping = {
  @minLength(1)
  @maxLength(1000)
  *: string
}

type overlapPolicy = 'queue' | 'skip' | 'replace' | 'cancelOther'

type triggerMode = 'auto' | 'manual'

type pausePolicy = 'hold' | 'drop' | 'keepLast'

type completionStatus = 'success' | 'failed' | 'any'

@sealed()
type debouncePolicy = {
  @description('The window closes when no event has come for so long.')
  wait: any

  @description('It closes after so long even if events go on coming. Absent: seven days.')
  maxWait: any?

  @description('Events whose key renders to the same text share a window.')
  key: keyTemplate?
}

@sealed()
type batchPolicy = {
  @minValue(1)
  @maxValue(1000)
  @description('Events of one run at most.')
  size: int

  @description('The first event waits no longer than this.')
  wait: any

  @description('Events whose key renders to the same text share a batch.')
  key: keyTemplate?
}

@sealed()
type dedupePolicy = {
  @description('Events whose key renders to the same text are the same.')
  key: keyTemplate

  @description('How long, from the first event on.')
  window: any
}

@sealed()
type uiDefinition = {
  @maxLength(64)
  icon: string?

  @maxLength(64)
  color: string?

  @maxLength(50)
  @description('The fields of the form that makes the data.')
  form: formField[]?
}

@sealed()
type formField = {
  @minLength(1)
  @maxLength(128)
  @description('The property of the data that the field fills.')
  name: string

  type: formFieldType

  @maxLength(200)
  label: string?

  @minLength(1)
  @description('What a select offers.')
  options: formOption[]?
}

type formFieldType = 'text' | 'textarea' | 'number' | 'checkbox' | 'select' | 'date' | 'json'

@sealed()
type formOption = {
  value: string
  label: string?
}

@export()
@discriminator('backoff')
@description('How the runs of a trigger are tried again.')
type retryPolicy = exponentialRetry | fixedRetry

type jitterShare = 'none' | 'half' | 'full'

@minLength(1)
@maxLength(128)
type errorCode = string

@sealed()
type exponentialRetry = {
  backoff: 'exponential'

  @minValue(1)
  @maxValue(100)
  maxAttempts: int?

  @description('Before the second attempt; doubles from there.')
  delay: any?

  @description('No wait is longer.')
  maxDelay: any?

  @description('How much of each wait is drawn at random.')
  jitter: jitterShare?

  @maxLength(50)
  @description('Codes or names of errors after which no attempt follows.')
  nonRetryable: errorCode[]?
}

@sealed()
type fixedRetry = {
  backoff: 'fixed'

  @minValue(1)
  @maxValue(100)
  maxAttempts: int?

  @description('Before every attempt but the first.')
  delay: any?

  @description('No wait is longer.')
  maxDelay: any?

  @description('How much of each wait is drawn at random.')
  jitter: jitterShare?

  @maxLength(50)
  @description('Codes or names of errors after which no attempt follows.')
  nonRetryable: errorCode[]?
}
