import { grantee } from 'access.bicep'

param grantees grantee[]
param name string
param location string
param tags object
param databaseName string

// The collections of shared/heddle/ports/collections.ts: the fields that lists filter by, and the one they order by.
var containers = [
  {
    name: 'events'
    fields: ['eventId', 'type', 'typeRoot', 'source', 'status']
    time: 'receivedAt'
  }
  {
    name: 'runs'
    fields: ['eventKey', 'trigger', 'eventType', 'eventTypeRoot', 'source', 'status']
    time: 'createdAt'
  }
  { name: 'sources', fields: [], time: 'updatedAt' }
  { name: 'rate_windows', fields: [], time: 'updatedAt' }
  { name: 'dead_letters', fields: ['eventKey', 'kind'], time: 'deadLetteredAt' }
  { name: 'trigger_states', fields: ['status'], time: 'updatedAt' }
  { name: 'trigger_versions', fields: ['trigger'], time: 'createdAt' }
  { name: 'trigger_stats', fields: [], time: 'updatedAt' }
  { name: 'limit_states', fields: [], time: 'updatedAt' }
  { name: 'waiters', fields: ['slot'], time: 'turn' }
  { name: 'replays', fields: ['status'], time: 'createdAt' }
  { name: 'ledgers', fields: ['kind'], time: 'updatedAt' }
  { name: 'ticks', fields: [], time: 'updatedAt' }
  { name: 'poll_records', fields: [], time: 'updatedAt' }
  { name: 'poll_states', fields: [], time: 'updatedAt' }
]

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: [{ name: 'EnableServerless' }]
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: false }]
    // An instance that gets a run's message must see the run that another instance has just written.
    consistencyPolicy: { defaultConsistencyLevel: 'Strong' }
    disableLocalAuth: true
    minimalTlsVersion: 'Tls12'
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: 'Continuous7Days' }
    }
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-04-15' = {
  parent: account
  name: databaseName
  properties: {
    resource: { id: databaseName }
  }
}

resource container 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-04-15' = [for item in containers: {
  parent: database
  name: item.name
  properties: {
    resource: {
      id: item.name
      partitionKey: { paths: ['/id'], kind: 'Hash', version: 2 }
      // On, but only documents with their own time to live expire.
      defaultTtl: -1
      indexingPolicy: {
        indexingMode: 'consistent'
        automatic: true
        includedPaths: map(concat(item.fields, [item.time]), field => { path: '/${field}/?' })
        excludedPaths: [{ path: '/*' }]
        // For lists with the newest first, of all documents and by each field. Cosmos DB reads them
        // backwards for the oldest first:
        // https://learn.microsoft.com/azure/cosmos-db/index-policy#order-by-queries-on-multiple-properties
        compositeIndexes: [for fields in concat([[]], map(item.fields, field => [field])): map(
          concat(fields, [item.time, 'id']),
          field => { path: '/${field}', order: 'descending' }
        )]
      }
    }
  }
}]

// Cosmos DB Built-in Data Contributor: a role of the account, not of Azure. Sequential: Cosmos DB refuses
// two assignments at once with 412.
@batchSize(1)
resource role 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = [for item in grantees: {
  parent: account
  name: guid(account.id, item.principalId, 'data-contributor')
  properties: {
    principalId: item.principalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
    scope: account.id
  }
}]

output name string = account.name
output endpoint string = account.properties.documentEndpoint
