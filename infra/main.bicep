targetScope = 'subscription'

import { days, triggersFile } from 'types.bicep'

@minLength(1)
@maxLength(64)
@description('The name of the azd environment; the names of resources follow from it.')
param environmentName string

@minLength(1)
@description('The region of every resource.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Triggers, sources and all other parts of the triggers file.')
param definitions triggersFile = loadYamlContent('triggers.yaml')

@description('The same as the app reads it, from the preprovision hook: base64 of JSON. Empty: definitions, as Bicep reads them.')
param definitionsB64 string = ''

@description('The rest of a long definitionsB64: Windows passes on at most 32,767 characters in a variable.')
param definitionsB64More string = ''

@description('Object id of the user, group or service principal that deploys. With deployerAccess it gets the roles of the app on its data.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'User'
param deployerAccess bool = false

@minValue(40)
@maxValue(1000)
@description('Maximum number of instances of each group of functions that scales on its own.')
param maximumInstanceCount int = 40

@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@minValue(0)
@description('Number of instances of dispatch that are kept running. With 0 the first event after an idle time may wait two minutes.')
param alwaysReadyDispatch int = 0

@minValue(0)
@description('Number of instances for webhooks and the API that are kept running.')
param alwaysReadyHttp int = 0

@description('Creates a virtual network for the outgoing traffic of the app.')
param vnetEnabled bool = false

@description('Creates a Web PubSub service for the built-in actor and the events of its clients.')
param webPubSubEnabled bool = false

@minLength(1)
@description('The audience of the tokens that Web PubSub sends with events: a resource that the tenant knows.')
param webPubSubAudience string = 'https://webpubsub.azure.com'

@description('Accepts client certificates of senders.')
param clientCertificates bool = false

@description('Names of the storage queues whose messages are events.')
param storageQueues string[] = []

@description('Hosts, *.suffixes and address ranges that the http actor may reach although they are private.')
param httpAllow string[] = []

@description('Email address that gets the alerts. Empty: nobody gets them.')
param alertEmail string = ''

@description('URL of an OTLP collector that gets the telemetry as well. Empty: there is none.')
param otlpEndpoint string = ''

@allowed(['debug', 'info', 'warn', 'error'])
param logLevel string = 'info'

@description('Days that events and runs are kept where their trigger has no retentionDays.')
param retentionDays days = 30

@description('Maximum number of polls at once on an instance, among the 16 messages that it handles at once.')
@minValue(1)
param polls int = 8

@description('Seconds after which a process is ended whose event loop an actor blocks; 0: never.')
@minValue(0)
@maxValue(3600)
param blockedSeconds int = 30

@description('Maximum number of runs executed at once on an instance, shared fairly by triggers. Raise maxConcurrentCalls in host.json with it.')
@minValue(1)
param concurrency int = 16

@description('Messages in the queue beyond which deliveries are answered 503. On Service Bus 100 are counted at most. 0: no bound.')
@minValue(0)
param maxQueueDepth int = 0

@description('Seconds for which messages may have been due before deliveries are answered 503. 0: no bound.')
@minValue(0)
param maxQueueAge int = 0

@description('on: the host forwards HTTP requests to the app as they come, so that webhooks may be sent in chunks, without a Content-Length.')
@allowed(['on', 'off'])
param httpStream string = 'off'

@description('off: schedules and polls stand still, and everything else runs.')
@allowed(['on', 'off'])
param scheduling string = 'on'

@description('Keeps a deleted key vault, and its name, for 7 days although somebody wants to purge it. Once on, it stays on.')
param purgeProtection bool = false

@secure()
@description('Secrets of sources that name their own settings, by the names of these settings.')
param moreSecrets object = {}

@secure()
param githubWebhookSecret string = ''

@secure()
param githubWebhookSecret2 string = ''

@secure()
param slackSigningSecret string = ''

@secure()
param slackSigningSecret2 string = ''

@secure()
param stripeWebhookSecret string = ''

@secure()
param stripeWebhookSecret2 string = ''

@secure()
param pagerdutyWebhookSecret string = ''

@secure()
param pagerdutyWebhookSecret2 string = ''

@secure()
param grafanaWebhookSecret string = ''

@secure()
param grafanaWebhookSecret2 string = ''

@secure()
param eventgridWebhookSecret string = ''

@secure()
param eventgridWebhookSecret2 string = ''

@secure()
param standardWebhookSecret string = ''

@secure()
param standardWebhookSecret2 string = ''

@secure()
param cloudeventsWebhookSecret string = ''

@secure()
param cloudeventsWebhookSecret2 string = ''

@secure()
param webpubsubAccessKey string = ''

@secure()
param webpubsubAccessKey2 string = ''

@secure()
@description('Signs the links that people are sent. Made by the preprovision hook.')
param linkSecret string = ''

@secure()
@description('The first key of the management API. Made by the preprovision hook.')
param adminKey string = ''

// The vault holds them from the first deployment on, but no setting names them until code reads them.
var ownSecrets = {
  HEDDLE_LINK_SECRET: linkSecret
  HEDDLE_ADMIN_KEY: adminKey
}

var webhookSecrets = union({
  GITHUB_WEBHOOK_SECRET: githubWebhookSecret
  GITHUB_WEBHOOK_SECRET_2: githubWebhookSecret2
  SLACK_SIGNING_SECRET: slackSigningSecret
  SLACK_SIGNING_SECRET_2: slackSigningSecret2
  STRIPE_WEBHOOK_SECRET: stripeWebhookSecret
  STRIPE_WEBHOOK_SECRET_2: stripeWebhookSecret2
  PAGERDUTY_WEBHOOK_SECRET: pagerdutyWebhookSecret
  PAGERDUTY_WEBHOOK_SECRET_2: pagerdutyWebhookSecret2
  GRAFANA_WEBHOOK_SECRET: grafanaWebhookSecret
  GRAFANA_WEBHOOK_SECRET_2: grafanaWebhookSecret2
  EVENTGRID_WEBHOOK_SECRET: eventgridWebhookSecret
  EVENTGRID_WEBHOOK_SECRET_2: eventgridWebhookSecret2
  STANDARD_WEBHOOK_SECRET: standardWebhookSecret
  STANDARD_WEBHOOK_SECRET_2: standardWebhookSecret2
  CLOUDEVENTS_WEBHOOK_SECRET: cloudeventsWebhookSecret
  CLOUDEVENTS_WEBHOOK_SECRET_2: cloudeventsWebhookSecret2
  WEBPUBSUB_ACCESS_KEY: webpubsubAccessKey
  WEBPUBSUB_ACCESS_KEY_2: webpubsubAccessKey2
}, moreSecrets)

// A blank value counts as absent: it makes no secret and no setting.
var secretNames = map(filter(items(webhookSecrets), item => !empty(item.value)), item => item.key)
// A blank one leaves what the vault has.
var ownSecretNames = map(filter(items(ownSecrets), item => !empty(item.value)), item => item.key)

var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }
var deploymentContainer = 'deployment'
var databaseName = 'heddle'
var hub = 'heddle'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

// Each module grants them the roles on its own resource.
var grantees = concat(
  [{ principalId: identity.outputs.principalId, principalType: 'ServicePrincipal' }],
  deployerAccess && !empty(principalId) ? [{ principalId: principalId, principalType: principalType }] : []
)

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    grantees: grantees
    name: 'st${token}'
    location: location
    tags: tags
    deploymentContainer: deploymentContainer
    queues: storageQueues
  }
}

module serviceBus 'app/service-bus.bicep' = {
  scope: group
  params: { grantees: grantees, name: 'sb-${token}', location: location, tags: tags }
}

module cosmos 'app/cosmos.bicep' = {
  scope: group
  params: { grantees: grantees, name: 'cosmos-${token}', location: location, tags: tags, databaseName: databaseName }
}

module keyVault 'app/key-vault.bicep' = {
  scope: group
  params: {
    grantees: grantees
    name: 'kv-${token}'
    location: location
    tags: tags
    purgeProtection: purgeProtection
    secretNames: concat(secretNames, ownSecretNames)
    secrets: union(webhookSecrets, ownSecrets)
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: { grantees: grantees, workspaceName: 'log-${token}', componentName: 'appi-${token}', location: location, tags: tags }
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    prefix: 'alert-${token}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    serviceBusId: serviceBus.outputs.id
    email: alertEmail
  }
}

module webPubSub 'app/web-pubsub.bicep' = if (webPubSubEnabled) {
  scope: group
  params: { grantees: grantees, name: 'wps-${token}', location: location, tags: tags }
}

module network 'app/network.bicep' = if (vnetEnabled) {
  scope: group
  params: { name: 'vnet-${token}', location: location, tags: tags }
}

// Every setting of the app except triggers and secrets: these, those that have a value, and Web PubSub's.
var settings = {
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobUri
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueUri
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableUri
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.host
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identity.outputs.clientId
  Cosmos__accountEndpoint: cosmos.outputs.endpoint
  Cosmos__credential: 'managedidentity'
  Cosmos__clientId: identity.outputs.clientId
  HEDDLE_ENTRA_TENANT: subscription().tenantId
  AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
  HEDDLE_COSMOS_DATABASE: databaseName
  HEDDLE_LOG_LEVEL: logLevel
  HEDDLE_RETENTION_DAYS: string(retentionDays)
  HEDDLE_POLLS: string(polls)
  HEDDLE_BLOCKED_SECONDS: string(blockedSeconds)
  HEDDLE_CONCURRENCY: string(concurrency)
  HEDDLE_MAX_QUEUE_DEPTH: string(maxQueueDepth)
  HEDDLE_MAX_QUEUE_AGE: string(maxQueueAge)
  HEDDLE_HTTP_STREAM: httpStream
  HEDDLE_SCHEDULING: scheduling
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
}

// Only of values that are known before the deployment: the snapshots could not tell which are blank.
var optionalSettings = {
  HEDDLE_STORAGE_QUEUES: join(storageQueues, ',')
  HEDDLE_HTTP_ALLOW: join(httpAllow, ',')
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint
}
var setSettings = toObject(filter(items(optionalSettings), item => !empty(item.value)), item => item.key, item => item.value)

var webPubSubSettings = webPubSubEnabled ? {
  WebPubSub__endpoint: webPubSub!.outputs.endpoint
  WebPubSub__credential: 'managedidentity'
  WebPubSub__clientId: identity.outputs.clientId
  HEDDLE_WEBPUBSUB_HUB: hub
  HEDDLE_WEBPUBSUB_AUDIENCE: webPubSubAudience
  HEDDLE_WEBPUBSUB_IDENTITY: webPubSub!.outputs.principalId
} : {}

// The app needs its roles to read its package and its secrets. It comes after all of them: a module's
// outputs are there once its roles are.
module functionApp 'app/function-app.bicep' = {
  scope: group
  params: {
    planName: 'plan-${token}'
    name: 'func-${token}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    subnetId: vnetEnabled ? network!.outputs.subnetId : null
    deploymentContainerUri: '${storage.outputs.blobUri}${deploymentContainer}'
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyDispatch: alwaysReadyDispatch
    alwaysReadyHttp: alwaysReadyHttp
    clientCertificates: clientCertificates
    settings: union(settings, setSettings, webPubSubSettings)
    secretNames: secretNames
    keyVaultUri: keyVault.outputs.uri
    definitionsB64: empty(definitionsB64) ? base64(string(definitions)) : '${definitionsB64}${definitionsB64More}'
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output SERVICE_API_NAME string = functionApp.outputs.name
output SERVICE_API_URI string = functionApp.outputs.uri
output WEBHOOK_BASE_URL string = '${functionApp.outputs.uri}/webhooks'
output WEB_PUBSUB_HUB_URL string = webPubSubEnabled ? '${environment().resourceManager}${substring(webPubSub!.outputs.id, 1)}/hubs/${hub}' : ''
output WEB_PUBSUB_TOKEN_RESOURCE string = webPubSubEnabled ? webPubSubAudience : ''
output KEY_VAULT_NAME string = keyVault.outputs.name
output SERVICE_BUS_NAMESPACE string = serviceBus.outputs.name
output COSMOS_ACCOUNT_NAME string = cosmos.outputs.name
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output APPLICATION_INSIGHTS_NAME string = monitoring.outputs.componentName
