// What a trigger is, for the compiler: the fields of TriggerSchema in shared/domain/trigger.ts.

@export()
@minValue(1)
@maxValue(3650)
@description('How long something is kept.')
type days = int

@export()
@description('A rule: when such an event comes, run that actor.')
@sealed()
type triggerDefinition = {
  @minLength(1)
  @maxLength(64)
  @description('Unique; part of the id of every run.')
  name: string

  @maxLength(1000)
  description: string?

  @minLength(1)
  @maxLength(128)
  @description('The source that must have received the event: github.')
  source: string

  @description('A type, a glob, or a list of these: Bicep has no type for text or list.')
  eventType: any?

  @description('False: known, but never run.')
  enabled: bool?

  @description('Fields of the event and the values they must have.')
  conditions: object?

  @minLength(1)
  @description('The registered name of the actor to run.')
  actor: string

  @description('Input of the actor, as it stands.')
  defaultInputs: object?

  @description('Input of the actor, as templates, laid over defaultInputs.')
  variables: object?

  @minLength(1)
  @maxLength(500)
  @description('A template: events whose key renders to the same text run one after the other.')
  orderingKey: string?

  @description('Its backoff has to be said: it tells the policies apart.')
  retry: retryPolicy?

  @description('How long one attempt may take: seconds, or a text such as 5m.')
  timeout: any?
}

@export()
@discriminator('backoff')
@description('How the runs of a trigger are tried again.')
type retryPolicy = exponentialRetry | fixedRetry

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
}
