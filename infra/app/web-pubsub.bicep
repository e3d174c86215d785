import { grantee, roles } from 'access.bicep'

param grantees grantee[]
param name string
param location string
param tags object

@allowed(['Free_F1', 'Standard_S1'])
param sku string = 'Free_F1'

// Event handlers are validated when they are set, so the app must be running before: the postdeploy hook
// sets them (infra/hooks/web-pubsub.mjs).
resource service 'Microsoft.SignalRService/webPubSub@2024-03-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, capacity: 1 }
  // One of its own, without any role: the tokens that it sends to the app prove who sends and open nothing.
  identity: { type: 'SystemAssigned' }
  properties: {
    disableLocalAuth: true
    tls: { clientCertEnabled: false }
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for item in grantees: {
  scope: service
  // A second assignment of the same role is refused, so the name stays as it was.
  name: guid(resourceGroup().id, service.name, item.principalId, roles.webPubSubServiceOwner)
  properties: {
    principalId: item.principalId
    principalType: item.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.webPubSubServiceOwner)
  }
}]

output name string = service.name
output id string = service.id
output principalId string = service.identity.principalId
output endpoint string = 'https://${service.properties.hostName}'
