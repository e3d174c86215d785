// The data roles of one principal, on the resources of this deployment only.

param principalId string

@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string

param storageName string
param serviceBusName string
param cosmosName string
param keyVaultName string
param componentName string

@description('Empty: there is none.')
param webPubSubName string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  webPubSubServiceOwner: '12cf5a90-567b-43ae-8102-96cf46c7d9b4'
}

var definitions = '${subscription().id}/providers/Microsoft.Authorization/roleDefinitions'

// Owner of blobs, since the Functions host takes leases and creates its own containers.
var storageRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]
var serviceBusRoles = [roles.serviceBusDataReceiver, roles.serviceBusDataSender]

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource storageRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in storageRoles: {
  scope: storage
  name: guid(storage.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: '${definitions}/${role}'
  }
}]

resource serviceBus 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusName
}

resource serviceBusRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in serviceBusRoles: {
  scope: serviceBus
  name: guid(serviceBus.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: '${definitions}/${role}'
  }
}]

resource keyVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keyVaultName
}

resource keyVaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: keyVault
  name: guid(keyVault.id, principalId, roles.keyVaultSecretsUser)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: '${definitions}/${roles.keyVaultSecretsUser}'
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource componentRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, principalId, roles.monitoringMetricsPublisher)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: '${definitions}/${roles.monitoringMetricsPublisher}'
  }
}

resource webPubSub 'Microsoft.SignalRService/webPubSub@2024-03-01' existing = if (!empty(webPubSubName)) {
  name: empty(webPubSubName) ? 'none' : webPubSubName
}

resource webPubSubRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(webPubSubName)) {
  scope: webPubSub
  name: guid(resourceGroup().id, webPubSubName, principalId, roles.webPubSubServiceOwner)
  properties: {
    principalId: principalId
    principalType: principalType
    roleDefinitionId: '${definitions}/${roles.webPubSubServiceOwner}'
  }
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: cosmosName
}

// Cosmos DB Built-in Data Contributor: a role of the account, not of Azure.
resource cosmosRole 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = {
  parent: cosmos
  name: guid(cosmos.id, principalId, 'data-contributor')
  properties: {
    principalId: principalId
    roleDefinitionId: '${cosmos.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
    scope: cosmos.id
  }
}
