import written from './github.json' with { type: 'json' };
import { type ObjectShape, ShapeReader } from './shape.ts';
import type { EventShape, Vocabulary } from './vocabulary.ts';

/** GitHub's events that its declarations do not have, or with actions of whoever sends them. */
const OPEN = [
  ...['repository_dispatch', 'sub_issues', 'issue_dependencies', 'repository_advisory'],
  ...['repository_ruleset', 'security_and_analysis', 'secret_scanning_scan', 'projects_v2'],
  ...['projects_v2_status_update', 'personal_access_token_request', 'custom_property'],
  ...['dependabot_alert', 'secret_scanning_alert', 'code_scanning_alert', 'installation'],
  ...['exemption_request_secret_scanning', 'bypass_request_secret_scanning', 'check_run'],
];

/** Actions that GitHub has added since. */
const ADDED: Readonly<Record<string, string>> = {
  issues: 'typed untyped',
  release: 'published',
  repository: 'transferred',
};

const HINTS: Readonly<Record<string, string>> = {
  'pull_request.merged': 'pull_request.closed with conditions: { merged: true }',
  'pull_request.updated': 'pull_request.synchronize',
  'pull_request.synchronized': 'pull_request.synchronize',
  'pull_request.created': 'pull_request.opened',
  'pull_request.approved':
    'pull_request_review.submitted with conditions: { review: { state: approved } }',
  'pull_request.commented': 'issue_comment.created',
  'issues.created': 'issues.opened',
  'issues.commented': 'issue_comment.created',
  'release.created_or_published': 'release.published',
  'workflow_run.failed':
    'workflow_run.completed with conditions: { workflow_run: { conclusion: failure } }',
  'workflow_run.success':
    'workflow_run.completed with conditions: { workflow_run: { conclusion: success } }',
  commit: 'push',
  tag: 'create',
  issue: 'issues',
  pr: 'pull_request',
  merge: 'pull_request.closed with conditions: { merged: true }',
};

/** Events whose fields have changed since the declarations were made. */
const UNSURE: readonly string[] = [
  ...['code_scanning_alert', 'dependabot_alert', 'secret_scanning_alert', 'projects_v2_item'],
  ...['security_advisory', 'custom_property', 'custom_property_values', 'registry_package'],
];

/** Fields that GitHub has added since, by the type of the declarations. */
const ADDED_FIELDS: Readonly<Record<string, string>> = {
  Issue:
    'type:{*} parent_issue_url sub_issues_summary:{*} issue_dependencies_summary:{*} issue_field_values:? state_reason pinned_comment:?',
  PullRequest: 'auto_merge:? merge_queue_entry:?',
  Repository: 'custom_properties:{*} security_and_analysis:? has_discussions:b',
  User: 'user_view_type',
  WorkflowRun: 'display_title',
  WorkflowJob: 'workflow_name head_branch',
};

/** Of every event that an enterprise sends, or an app. */
const EVERYWHERE = 'enterprise:{*} installation:{*} organization:{*}';

function withAdded(types: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const added = Object.entries(ADDED_FIELDS).map(
    ([name, fields]) => [name, `${fields} ${types[name] ?? '*'}`] as const,
  );
  return { ...types, ...Object.fromEntries(added) };
}

/** The normalized fields, each with the field of the payload that it is read from. */
const FIELDS: readonly (readonly [notation: string, needs: string])[] = [
  ...([
    ['action', 'action'],
    ['repository', 'repository'],
    ['organization', 'organization'],
    ['sender', 'sender'],
    ['ref', 'ref'],
    ['number:n', 'number'],
    ['number:n', 'issue'],
    ['base_branch', 'pull_request'],
    ['head_branch', 'pull_request'],
    ['merged:b', 'pull_request'],
  ] as const),
];

const actions: Readonly<Record<string, string>> = written.actions;
const payloads: Readonly<Record<string, string>> = written.payloads;
const reader = new ShapeReader(withAdded(written.types));
const shapes = new Map<string, EventShape>();

function listTypes(): readonly string[] {
  return Object.entries(actions).flatMap(([event, known]) => {
    const all = `${known} ${ADDED[event] ?? ''}`.split(' ').filter((action) => action !== '');
    return [event, ...all.map((action) => `${event}.${action}`)];
  });
}

function shapeOf(type: string): EventShape | undefined {
  const [event = ''] = type.split('.', 1);
  const notation = payloads[event];
  if (notation === undefined || UNSURE.includes(event)) return undefined;
  const known = shapes.get(event);
  if (known) return known;
  const payload = reader.read(`${EVERYWHERE} ${notation}`);
  const shape = { payload, fields: toFields(payload) };
  shapes.set(event, shape);
  return shape;
}

function toFields({ fields }: ObjectShape): ObjectShape {
  const found = FIELDS.filter(([, needs]) => fields.has(needs)).map(([notation]) => notation);
  return reader.read([...new Set(found)].join(' '));
}

/** Made of the declarations of `@octokit/webhooks-types`: see `npm run vocabulary`. */
export const github: Vocabulary = {
  types: listTypes(),
  openTypes: OPEN,
  hints: HINTS,
  typeField: 'action',
  shapeOf,
};
