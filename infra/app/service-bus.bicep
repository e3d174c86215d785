param name string
param location string
param tags object

// Sessions and duplicate detection cannot be changed once a queue exists.
var queues = [
  { name: 'events', hasSessions: false }
  { name: 'events-ordered', hasSessions: true }
  { name: 'events-urgent', hasSessions: false }
]

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

output id string = namespace.id
output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
