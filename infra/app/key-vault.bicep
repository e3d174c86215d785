param name string
param location string
param tags object

@secure()
@description('Values by the names of app settings. Those without a value make no secret.')
param secrets object

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    // A deleted vault keeps its name for this time, which cannot be shortened.
    softDeleteRetentionInDays: 7
  }
}

// Secret names may only have letters, digits and hyphens.
resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = [for item in items(secrets): if (!empty(item.value)) {
  parent: vault
  name: replace(replace(item.key, '_', '-'), '.', '-')
  properties: { value: item.value }
}]

output name string = vault.name
output uri string = vault.properties.vaultUri
