// The types of the triggers file for the compiler: the fields of TriggerSchema in
// shared/heddle/domain/trigger.ts, and the settings that sources of every kind have.

@export()
@description('The triggers file. Parts without a type here arrive as they are.')
type triggersFile = {
  @description('Sources by name.')
  sources: sourcesByName?

  @description('When such an event comes, run that actor.')
  triggers: triggerDefinition[]?

  @description('Fields of every trigger that does not have them.')
  defaults: triggerDefaults?

  @description('Limits that several triggers share, by name.')
  limits: limitsByName?

  @description('Dates on which schedules do not fire, by the name under which exclude has them.')
  calendars: calendarsByName?
}

@sealed()
type triggerDefaults = {
  @description('How failed runs are tried again.')
  retry: retryPolicy?

  @description('Maximum duration of an attempt: seconds, or a text such as 5m.')
  timeout: any?

  @description('Days that events and runs are kept. Absent: the parameter retentionDays.')
  retentionDays: days?

  @description('The actor to run for every run that has failed for good, or { actor, group: { window } }: Bicep has no type for text or object.')
  onFailure: any?
}

type limitsByName = {
  *: sharedLimit?
}

@sealed()
type sharedLimit = {
  @minValue(1)
  @maxValue(1000)
  @description('Maximum number of runs at once of all triggers that name the limit, or of each key.')
  maxConcurrent: int?

  @description('A template: runs are counted separately for each text that it renders to.')
  key: keyTemplate?

  @description('Runs beyond this wait.')
  throttle: pacePolicy?
}

@sealed()
type pacePolicy = {
  @minValue(1)
  @maxValue(1000)
  @description('Maximum number of runs that begin within the period.')
  limit: int

  @description('Seconds, or a text such as 1m.')
  period: any
}

type calendarsByName = {
  *: string[]
}

type sourcesByName = {
  *: sourceDefinition?
}

@description('A source. The settings of its kind come on top and have no type here.')
type sourceDefinition = {
  @description('Kind of the source. Absent: its name.')
  kind: string?

  @description('False: its deliveries are refused, and its secrets are not asked for.')
  enabled: bool?

  @description('What its deliveries are answered while enabled is false: 404 (default), or 410.')
  disabledStatus: (404 | 410)?

  @minLength(1)
  @maxLength(2)
  @description('App settings with the active secrets, two during rotation.')
  secrets: settingName[]?

  @description('Allowed addresses of senders.')
  ipAllowList: ipAllowListDefinition?

  @description('Requests beyond this are answered 429.')
  rateLimit: rateLimitDefinition?

  @description('JSON Schema of the payload.')
  schema: object?

  @minLength(1)
  @maxLength(100)
  @description('Paths of values that are stored nowhere.')
  redact: redactionPath[]?
}

@minLength(1)
@maxLength(128)
@description('The name of an app setting.')
type settingName = string

@maxLength(200)
type redactionPath = string

@sealed()
type ipAllowListDefinition = {
  @minLength(1)
  @description('Addresses or CIDR ranges.')
  allow: string[]

  @minValue(1)
  @maxValue(10)
  @description('Number of proxies that append to X-Forwarded-For.')
  trustedProxyHops: int?
}

@sealed()
type rateLimitDefinition = {
  @minValue(1)
  @maxValue(9007199254740991)
  max: int

  @description('Seconds, or a text such as 1m.')
  window: any
}

@export()
@minValue(1)
@maxValue(3650)
@description('Days that data is kept.')
type days = int

@minLength(1)
@maxLength(500)
@description('A Jinja template that renders to a key of an event.')
type keyTemplate = string

@export()
@description('A trigger: runs an actor when a matching event arrives.')
@sealed()
type triggerDefinition = {
  @minLength(1)
  @maxLength(64)
  @description('Unique; part of the id of every run.')
  name: string

  @maxLength(200)
  @description('The name that pages show. Absent: the name.')
  displayName: string?

  @maxLength(1000)
  description: string?

  @maxLength(20)
  @description('Labels for people, and for finding triggers.')
  tags: tag[]?

  @minLength(1)
  @maxLength(128)
  @description('The source of the event: github, completion, manual, schedule, poll.')
  source: string

  @description('A type, a glob, or a list of these: Bicep has no type for text or list.')
  eventType: any?

  @description('False: the trigger is listed and never runs.')
  enabled: bool?

  @description('False: events of unauthenticated senders run the trigger too.')
  requireVerification: bool?

  @description('Fields of the event with the value that each must have.')
  conditions: object?

  @description('Conditions over the payload alone, or one Jinja expression.')
  filter: any?

  @description('manual: its events are recorded and run nothing; a person executes the trigger. Absent: auto.')
  mode: triggerMode?

  @minLength(1)
  @description('The registered name of the actor to run.')
  actor: string

  @description('An object of templates that replaces the event in all inputs and for the actor.')
  transform: object?

  @description('Input of the actor, as written.')
  defaultInputs: object?

  @description('Values of the event by JSONPath, which override defaultInputs.')
  inputMapping: mapping?

  @description('Input of the actor, as templates, which override the other inputs.')
  variables: object?

  @minValue(1)
  @maxValue(1000)
  @description('Maximum number of runs at once, of the trigger or of each concurrencyKey.')
  maxConcurrent: int?

  @description('A template: runs are counted separately for each text that it renders to.')
  concurrencyKey: keyTemplate?

  @description('False: no run begins until another one with the same input has ended.')
  allowConcurrent: bool?

  @description('At most so many runs begin within a period; the others wait in line.')
  throttle: throttlePolicy?

  @minLength(1)
  @maxLength(64)
  @description('The name of a limit under limits, which all triggers that name it share.')
  limit: string?

  @description('True: a run that has failed for good counts for dedupe and cooldownSeconds no longer.')
  releaseOnFailure: bool?

  @description('How to treat a run that finds no free slot.')
  overlap: overlapPolicy?

  @description('Seconds after the start of a run in which no other one begins. At most a year; it may have a fraction, for which Bicep has no type.')
  cooldownSeconds: any?

  @description('One run for all events of a window, which closes once no event has come for a while.')
  debounce: debouncePolicy?

  @description('One run for size events, or for fewer once the first one has waited long enough.')
  batch: batchPolicy?

  @description('One run for all events with the same key within a window.')
  dedupe: dedupePolicy?

  @description('Among runs that wait for a slot, the highest priority goes first: -10 to 10, or a template that renders to such a number.')
  priority: any?

  @description('A template: events whose key renders to the same text run one after the other.')
  orderingKey: keyTemplate?

  @description('A run for each item of a list of the event: its path, or an object with path, max and key: Bicep has no type for text or object.')
  forEach: any?

  @description('How to treat runs while the trigger is paused. Absent: hold; with a schedule, as its misfire says.')
  whilePaused: pausePolicy?

  @description('How failed runs are tried again.')
  retry: retryPolicy?

  @description('Maximum duration of an attempt: seconds, or a text such as 5m.')
  timeout: any?

  @description('The actor to run for every run that has failed for good; { actor, group: { window } }; or false: Bicep has no type for several.')
  onFailure: any?

  @description('False: only ids, outcomes and decisions of events and runs are kept.')
  persistData: bool?

  @description('Days that its events and runs are kept. Absent: the parameter retentionDays.')
  retentionDays: days?

  @minLength(1)
  @description('With source completion: only runs of this actor.')
  sourceActor: string?

  @description('With source completion: only runs of this trigger, or of one in a list: Bicep has no type for text or list.')
  sourceTrigger: any?

  @description('With source completion: only runs with this outcome.')
  status: completionStatus?

  @description('With source completion: the output of the run that has ended overrides defaultInputs.')
  passOutputs: bool?

  @description('With source completion: parts of that output by name or JSONPath.')
  outputMapping: mapping?

  @description('With source manual, or mode manual: JSON Schema of the data.')
  schema: object?

  @description('With source manual, or mode manual: how a page shows the trigger.')
  ui: uiDefinition?

  @description('With source schedule: a cron expression, an object with cron, interval, at, every or any, or a list of these: Bicep has no type for text or object.')
  schedule: any?

  @description('With source schedule: data added to the event of each fire.')
  data: object?

  @description('With source poll: the poller to run, and how often.')
  poll: pollDefinition?
}

@sealed()
type pollDefinition = {
  @minLength(1)
  @maxLength(64)
  @description('The registered name of the poller, or of a built-in one.')
  poller: string

  @description('Time from one poll to the next. Absent: the default of the poller.')
  interval: any?

  @description('Maximum duration of a poll.')
  timeout: any?

  @description('False: the trigger is not polled.')
  enabled: bool?

  @description('Options of the poller. The API shows them, so for a secret give the name of its app setting.')
  with: object?
}

@minLength(1)
@maxLength(64)
type tag = string

@description('JSONPaths by the names of inputs.')
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
  @description('Time without events after which the window closes.')
  wait: any

  @description('Time after which the window closes although events still come. Absent: seven days.')
  maxWait: any?

  @description('Events whose key renders to the same text share a window.')
  key: keyTemplate?
}

@sealed()
type batchPolicy = {
  @minValue(1)
  @maxValue(1000)
  @description('Maximum number of events of a run.')
  size: int

  @description('Maximum time that the first event waits.')
  wait: any

  @description('Events whose key renders to the same text share a batch.')
  key: keyTemplate?
}

@sealed()
type throttlePolicy = {
  @minValue(1)
  @maxValue(1000)
  @description('Maximum number of runs that begin within the period.')
  limit: int

  @description('Seconds, or a text such as 1m.')
  period: any

  @description('A template: runs are counted separately for each text that it renders to.')
  key: keyTemplate?
}

@sealed()
type dedupePolicy = {
  @description('Events whose key renders to the same text count as the same.')
  key: keyTemplate

  @description('Length of the window, from the first event on.')
  window: any
}

@sealed()
type uiDefinition = {
  @maxLength(64)
  icon: string?

  @maxLength(64)
  color: string?

  @maxLength(50)
  @description('The fields of the form with which a person enters the data.')
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
  @description('The choices of a select.')
  options: formOption[]?
}

type formFieldType = 'text' | 'textarea' | 'number' | 'checkbox' | 'select' | 'date' | 'json'

@sealed()
type formOption = {
  value: string
  label: string?
}

type backoffPolicy = 'exponential' | 'fixed'

type jitterShare = 'none' | 'half' | 'full'

@minLength(1)
@maxLength(128)
type errorCode = string

@export()
@sealed()
@description('How failed runs are tried again.')
type retryPolicy = {
  @minValue(1)
  @maxValue(100)
  maxAttempts: int?

  @description('exponential, the default: the wait doubles with each attempt. fixed: it stays the same.')
  backoff: backoffPolicy?

  @description('Wait before the second attempt.')
  delay: any?

  @description('Maximum wait between attempts.')
  maxDelay: any?

  @description('Random share of each wait.')
  jitter: jitterShare?

  @maxLength(50)
  @description('Codes or names of errors after which no attempt follows.')
  nonRetryable: errorCode[]?
}
