import { grantee, roles } from 'access.bicep'

param grantees grantee[]
param name string
param location string
param tags object

// Sessions and duplicate detection cannot be changed once a queue exists.
var queues = [
  { name: 'events', hasSessions: false }
  { name: 'events-ordered', hasSessions: true }
  { name: 'events-urgent', hasSessions: false }
]

// Actors may send to any queue or topic of the namespace, and pollers may count its messages.
var namespaceRoles = [roles.serviceBusDataReceiver, roles.serviceBusDataSender]
var namespaceGrants = flatten(map(grantees, grantee => map(namespaceRoles, role => { grantee: grantee, role: role })))

// The scale controller reads the length of a queue, which only its owner may. An owner of the whole
// namespace could delete it, or allow keys again.
var queueGrants = flatten(map(grantees, grantee => map(range(0, length(queues)), index => { grantee: grantee, index: index })))

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [for item in queues: {
  parent: namespace
  name: item.name
  properties: {
    requiresSession: item.hasSessions
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    lockDuration: 'PT1M'
    // A last resort: the app gives up what throws ten times, or what kills its process, before. Messages
    // that only waited in a process while others killed it have been delivered as well.
    maxDeliveryCount: 100
    deadLetteringOnMessageExpiration: true
    // Shorter than the texts of long messages are kept; counts from a message's due time.
    defaultMessageTimeToLive: 'P14D'
    maxSizeInMegabytes: 5120
  }
}]

resource namespaceRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for item in namespaceGrants: {
  scope: namespace
  name: guid(namespace.id, item.grantee.principalId, item.role)
  properties: {
    principalId: item.grantee.principalId
    principalType: item.grantee.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
  }
}]

resource queueRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for item in queueGrants: {
  scope: queue[item.index]
  name: guid(namespace.id, queues[item.index].name, item.grantee.principalId, roles.serviceBusDataOwner)
  properties: {
    principalId: item.grantee.principalId
    principalType: item.grantee.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataOwner)
  }
}]

output id string = namespace.id
output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
