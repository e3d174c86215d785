param prefix string
param location string
param tags object
param workspaceId string
param serviceBusId string

@description('Email address that gets the alerts. Empty: they are only shown in the portal.')
param email string

var isEmailed = !empty(email)

// An alert is raised by any row that its query returns. The queries read the app's own metrics: unlike
// requests and traces, they are never sampled. Metric alerts would not do: they do not evaluate a metric
// that has no values, such as a missing heartbeat, and see attributes such as `outcome` only in a preview.
// `summarize` without `by` returns a row even of nothing; with `print` that is so without the table too.
var queries = [
  {
    name: 'failed-runs'
    severity: 2
    description: 'Runs have failed for good: /api/v1/runs?status=failed lists them.'
    query: 'AppMetrics | where Name == "heddle.runs" and tostring(Properties.outcome) == "failed" | summarize Runs = sum(Sum) by Trigger = tostring(Properties.trigger)'
  }
  {
    name: 'dead-letters'
    severity: 1
    description: 'Messages were given up after too many deliveries, or could not be read: /api/v1/dead-letters lists them.'
    query: 'AppMetrics | where Name == "heddle.dead_letters" and tostring(Properties.kind) != "run" | summarize Messages = sum(Sum) by Kind = tostring(Properties.kind)'
  }
  {
    name: 'missing-heartbeat'
    severity: 1
    description: 'The function heartbeat has not succeeded for fifteen minutes, or its telemetry does not arrive: timers, and everything that waits for a time, may stand still.'
    query: 'union isfuzzy=true (print Name = "", Sum = 0.0), AppMetrics | where Name == "heddle.heartbeats" | summarize Heartbeats = sum(Sum) | where Heartbeats < 1'
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
    // Long enough for rows that arrive ten minutes late.
    windowSize: 'PT15M'
    autoMitigate: true
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: item.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
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
