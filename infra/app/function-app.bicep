param planName string
param name string
param location string
param tags object

param identityId string

@description('Null: the app is in no network.')
param subnetId string?

param deploymentContainerUri string

@allowed([512, 2048, 4096])
param instanceMemoryMB int
param maximumInstanceCount int

@description('Instances that are kept running for dispatch, and for webhooks and the API.')
param alwaysReadyDispatch int
param alwaysReadyHttp int

@description('Senders may present client certificates.')
param clientCertificates bool

@description('App settings by name, except secrets and triggers.')
param settings object

@description('Names of the settings whose value is in the key vault.')
param secretNames string[]
param keyVaultUri string

@description('Base64 of the JSON with everything of the triggers file.')
param definitionsB64 string

// Long values are split into chunks that fit every channel through which the app gets settings.
var chunkLength = 8000
var chunkCount = (length(definitionsB64) + chunkLength - 1) / chunkLength

var secretSettings = toObject(secretNames, item => item, item => '@Microsoft.KeyVault(SecretUri=${keyVaultUri}secrets/${replace(replace(item, '_', '-'), '.', '-')})')
var triggerSettings = toObject(range(0, chunkCount), i => 'TRIGGERS_B64_${padLeft(i, 2, '0')}', i => substring(definitionsB64, i * chunkLength, min(chunkLength, length(definitionsB64) - i * chunkLength)))

var alwaysReady = [
  { name: 'function:dispatch', instanceCount: alwaysReadyDispatch }
  { name: 'http', instanceCount: alwaysReadyHttp }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientCertEnabled: clientCertificates
    clientCertMode: 'Optional'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: filter(alwaysReady, item => item.instanceCount > 0)
      }
      runtime: { name: 'node', version: '24' }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, secretSettings, triggerSettings)
}

// No publishing by user name and password. Written out, because the compiler checks no policy whose name a
// loop computes; one after the other, because both change the site.
resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
  dependsOn: [scmPublishing]
}

output name string = app.name
output uri string = 'https://${app.properties.defaultHostName}'
