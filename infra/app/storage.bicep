import { grantee, roles } from 'access.bicep'

param grantees grantee[]
param name string
param location string
param tags object

@description('Where azd puts the package that the app runs from.')
param deploymentContainer string

@description('Storage queues whose messages are events.')
param queues string[]

@description('Days after which the texts of long messages are deleted: more than a message can wait in its queue.')
param claimDays int = 30

var claims = 'claims'
var documents = 'documents'

// Owner of blobs, since the Functions host takes leases and creates its own containers.
var dataRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]
var grants = flatten(map(grantees, grantee => map(dataRoles, role => { grantee: grantee, role: role })))

// Large documents are in folders by retention: shared/heddle/adapters/azure/packed-document.ts.
var documentDays = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
var expirations = concat(
  [{ name: 'delete-claims', prefix: '${claims}/', days: claimDays }],
  map(documentDays, days => { name: 'delete-documents-${days}', prefix: '${documents}/expire-${days}/', days: days })
)

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for item in grants: {
  scope: account
  name: guid(account.id, item.grantee.principalId, item.role)
  properties: {
    principalId: item.grantee.principalId
    principalType: item.grantee.principalType
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
  }
}]

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [for container in [claims, documents, deploymentContainer]: {
  parent: blobs
  name: container
  properties: { publicAccess: 'None' }
}]

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource storageQueues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [for queue in queues: {
  parent: queueService
  name: queue
}]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [for item in expirations: {
        name: item.name
        enabled: true
        type: 'Lifecycle'
        definition: {
          filters: {
            blobTypes: ['blockBlob']
            prefixMatch: [item.prefix]
          }
          actions: {
            baseBlob: {
              delete: { daysAfterModificationGreaterThan: item.days }
            }
          }
        }
      }]
    }
  }
}

output name string = account.name
output blobUri string = account.properties.primaryEndpoints.blob
output queueUri string = account.properties.primaryEndpoints.queue
output tableUri string = account.properties.primaryEndpoints.table
