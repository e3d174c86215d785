/** The triggers file of a company: each tenth trigger is of the same form. */
export function writeManyTriggers(count: number): string {
  const forms = Array.from({ length: count }, (_, index) => toTrigger(index));
  return `${HEAD}triggers:\n${forms.join('\n')}\n`;
}

const HEAD = `x-retry: &retry { maxAttempts: 3, delay: 2s }
sources:
  acme: { kind: cloudevents }
`;

const FORMS: readonly ((index: number) => string)[] = [
  (i) => `source: github
    eventType: [pull_request.opened, pull_request.synchronize]
    conditions: { base_branch: main, repository: { full_name: [org/repo-${i}, org/other-${i}] } }`,
  (i) => `source: acme
    eventType: com.acme.order.*
    conditions: { amount: { gte: ${i}, lt: ${i + 100} }, currency: { in: [EUR, USD] } }
    variables: { text: "{{ event.customer | upper }} ordered {{ event.amount }} in shop ${i}" }`,
  (i) => `source: acme
    conditions: { expression: "event.lines | length > ${i % 7} and event.shop == 'shop-${i}'" }
    dedupe: { key: "{{ event.id }}-${i}", window: 1h }`,
  (i) => `source: acme
    conditions: { branch_pattern: "release/${i}\\\\..*", title_pattern: "(?i)urgent|critical" }
    inputMapping: { id: $.order.id, first: "$.lines[0].sku", mails: "$.lines[*].mail" }`,
  (i) => `source: schedule
    schedule: { cron: "${i % 60} ${i % 24} * * 1-5", timezone: Europe/Berlin, misfire: fireOnce }
    data: { report: cost-${i} }`,
  (i) => `source: github
    eventType: issues.labeled
    conditions:
      any: [{ labels: { contains: team-${i} } }, { title: { startsWith: "[${i}]" } }]
      not: { sender.login: { endsWith: "[bot]" } }`,
  (i) => `source: acme
    debounce: { wait: 10s, maxWait: 1m, key: "{{ event.customer }}" }
    filter: "event.region == 'eu-${i % 9}'"`,
  (i) => `source: completion
    sourceTrigger: t-${i - 6}
    status: failed
    variables: { text: "{{ event.trigger }} failed: {{ event.error }} (${i})" }`,
  (i) => `source: acme
    maxConcurrent: 3
    concurrencyKey: "{{ event.customer }}"
    priority: "{{ 5 if event.vip else ${i % 5} }}"
    timeout: 2m`,
  (i) => `source: emit
    eventType: job-${i}
    onFailure: log
    defaultInputs: { channel: "#alerts-${i}", level: warn, nested: { a: [1, 2, 3] } }`,
];

function toTrigger(index: number): string {
  const form = FORMS[index % FORMS.length];
  return `  - name: t-${index}
    actor: log
    retry: *retry
    description: What team ${index} asked for.
    tags: [team-${index % 50}, bench]
    ${form?.(index)}`;
}
