import { grantee, roles } from 'access.bicep'

param grantees grantee[]
param name string
param location string
param tags object

@description('Cannot be turned off again.')
param purgeProtection bool

@description('Names of the app settings whose values are kept here.')
param secretNames string[]

@secure()
@description('Values by the names of app settings.')
param secrets object

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    // Azure takes true or nothing: false is refused, also where it was never on.
    enablePurgeProtection: purgeProtection ? true : null
    // A deleted vault keeps its name for this time, which cannot be shortened.
    softDeleteRetentionInDays: 7
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for item in grantees: {
  scope: vault
  name: guid(vault.id, item.principalId, roles.keyVaultSecretsUser)
  properties: {
    principalId: item.principalId
    principalType: item.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}]

// Secret names may only have letters, digits and hyphens.
resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [for item in secretNames: {
  parent: vault
  name: replace(replace(item, '_', '-'), '.', '-')
  properties: { value: secrets[item] }
}]

output name string = vault.name
output uri string = vault.properties.vaultUri
