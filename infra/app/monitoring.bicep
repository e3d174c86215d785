import { grantee, roles } from 'access.bicep'

param grantees grantee[]
param workspaceName string
param componentName string
param location string
param tags object

@description('Days that logs are kept.')
param retentionDays int = 30

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for item in grantees: {
  scope: component
  name: guid(component.id, item.principalId, roles.monitoringMetricsPublisher)
  properties: {
    principalId: item.principalId
    principalType: item.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
  }
}]

output workspaceId string = workspace.id
output componentName string = component.name
output connectionString string = component.properties.ConnectionString
