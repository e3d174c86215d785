param prefix string
param location string
param tags object
param workspaceId string
param serviceBusId string

@description('Email address that gets the alerts. Empty: they are only shown in the portal.')
param email string

var isEmailed = !empty(email)

// The texts are log messages of shared/heddle/pipeline.
var queries = [
  {
    name: 'failed-runs'
    severity: 2
    description: 'Runs have failed for good: /api/v1/runs?status=failed lists them.'
    query: 'AppTraces | where Message has "A run of trigger" and Message has "failed after"'
    window: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'dead-letters'
    severity: 1
    description: 'Messages were given up after ten deliveries, and are kept as dead letters.'
    query: 'AppTraces | where Message has "A message is given up"'
    window: 'PT15M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'missing-heartbeat'
    severity: 1
    description: 'The function heartbeat has not succeeded for ten minutes: timers, and everything that waits for a time, stand still.'
    query: 'AppRequests | where (Name has "heartbeat" or OperationName has "heartbeat") and Success == true'
    window: 'PT10M'
    operator: 'LessThan'
    threshold: 1
  }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (isEmailed) {
  name: '${prefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'heddle'
    enabled: true
    emailReceivers: [
      {
        name: 'email'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// The first row creates its table, so a query cannot be checked before.
resource queryAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for item in queries: {
  name: '${prefix}-${item.name}'
  location: location
  tags: tags
  properties: {
    displayName: item.name
    description: item.description
    severity: item.severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: item.window
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: item.query
          timeAggregation: 'Count'
          operator: item.operator
          threshold: item.threshold
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: isEmailed ? [group.id] : [] }
  }
}]

// A running app moves dead letters to its store; any that stay show that it is down.
resource deadLetterAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${prefix}-waiting-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Dead letters wait in Service Bus and are not processed.'
    severity: 1
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: isEmailed ? [{ actionGroupId: group.id }] : []
  }
}
