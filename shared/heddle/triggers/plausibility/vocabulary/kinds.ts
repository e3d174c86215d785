import { github } from './github.ts';
import { ShapeReader } from './shape.ts';
import { STRIPE_TYPES } from './stripe-types.ts';
import type { Vocabulary } from './vocabulary.ts';

interface Written {
  readonly payload: string;
  /** The normalized fields. */
  readonly fields: string;
}

const reader = new ShapeReader({
  Alert:
    'status labels:{*} annotations:{*} startsAt endsAt generatorURL fingerprint silenceURL dashboardURL panelURL values:{*} valueString imageURL orgId:n *',
});

/** @param byType shapes by type or by what a type begins with; '' is any other */
function toShapeOf(byType: Readonly<Record<string, Written>>): Vocabulary['shapeOf'] {
  const read = Object.entries(byType).map(
    ([type, { payload, fields }]) =>
      [type, { payload: reader.read(payload), fields: reader.read(fields) }] as const,
  );
  return (type) =>
    read.find(([known]) => known === '' || type === known || type.startsWith(`${known}.`))?.[1];
}

/** A contact point's template may send anything in place of this. */
const grafana: Vocabulary = {
  types: ['alert', 'alert.firing', 'alert.resolved'],
  hints: { firing: 'alert.firing', resolved: 'alert.resolved', 'alert.ok': 'alert.resolved' },
  typeField: 'status',
  shapeOf: toShapeOf({
    '': {
      payload:
        'receiver status alerts:[Alert] groupLabels:{*} commonLabels:{*} commonAnnotations:{*} externalURL version groupKey truncatedAlerts:n orgId:n title state message *',
      fields:
        'status state receiver title labels:{*} annotations:{*} group_labels:{*} group_key org_id:n external_url alerts:n truncatedAlerts:n',
    },
  }),
};

const TOPIC = 'topic_arn subject';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
const cloudwatch: Vocabulary = {
  types: ['alarm', 'alarm.ALARM', 'alarm.OK', 'alarm.INSUFFICIENT_DATA', 'Notification'],
  hints: { ALARM: 'alarm.ALARM', OK: 'alarm.OK' },
  typeField: 'new_state',
  shapeOf: toShapeOf({
    alarm: {
      payload:
        'AlarmName AlarmDescription AWSAccountId AlarmConfigurationUpdatedTimestamp NewStateValue NewStateReason NewStateReasonData StateChangeTime Region AlarmArn OldStateValue OKActions:[] AlarmActions:[] InsufficientDataActions:[] Trigger:{*} AlarmRule TriggeringChildren:[{*}] AlarmSuppressor AlarmContributorId AlarmContributorAttributes:{*} ActionsSuppressedBy ActionsSuppressedReason AlarmActionsSuppressedBy',
      fields: `${TOPIC} alarm_name alarm_arn new_state old_state reason region account metric namespace expression dimensions:{*} threshold:?`,
    },
    Notification: { payload: '*', fields: TOPIC },
  }),
};

const INCIDENT = [
  ...['acknowledged', 'annotated', 'conference_bridge.updated', 'custom_field_values.updated'],
  ...['delegated', 'escalated', 'incident_type.changed', 'priority_updated', 'reassigned'],
  ...['reopened', 'resolved', 'responder.added', 'responder.replied', 'role.assigned'],
  ...['service_updated', 'status_update_published', 'triggered', 'unacknowledged'],
  ...['workflow.completed', 'workflow.started', 'action_invocation.created'],
  ...['action_invocation.terminated', 'action_invocation.updated'],
];
const SERVICE = ['created', 'deleted', 'updated', 'custom_field_values.updated'];

/** @see https://developer.pagerduty.com/docs/webhooks-overview#event-types */
const pagerduty: Vocabulary = {
  types: [
    ...['incident', ...INCIDENT.map((what) => `incident.${what}`)],
    ...['service', ...SERVICE.map((what) => `service.${what}`)],
  ],
  hints: {
    triggered: 'incident.triggered',
    'incident.trigger': 'incident.triggered',
    'incident.created': 'incident.triggered',
    'incident.opened': 'incident.triggered',
    'incident.closed': 'incident.resolved',
  },
  shapeOf: toShapeOf({
    '': {
      payload:
        'event:{id event_type resource_type occurred_at agent:{*} client:{*} data:{*} links:{*} *} *',
      fields:
        'incident_id status title urgency priority service assignees:[] teams:[] resource_type',
    },
  }),
};

const SLACK_FIELDS = 'team team_id channel user text command action_id callback_id';

/** @see https://docs.slack.dev/reference/events */
const slack: Vocabulary = {
  types: [
    ...['slash_command', 'block_actions', 'view_submission', 'view_closed', 'shortcut'],
    ...['message_action', 'block_suggestion', 'interactive_message', 'dialog_submission'],
    ...['app_rate_limited', 'app_mention', 'app_home_opened', 'app_uninstalled', 'message'],
    ...['app_context_changed', 'app_deleted', 'app_installed', 'app_requested'],
    ...['assistant_thread_context_changed', 'assistant_thread_started', 'call_rejected'],
    ...['channel_archive', 'channel_created', 'channel_deleted', 'channel_history_changed'],
    ...['channel_id_changed', 'channel_left', 'channel_rename', 'channel_shared'],
    ...['channel_unarchive', 'channel_unshared', 'dnd_updated', 'dnd_updated_user'],
    ...['email_domain_changed', 'emoji_changed', 'entity_details_requested', 'file_change'],
    ...['file_created', 'file_deleted', 'file_public', 'file_shared', 'file_unshared'],
    ...['function_executed', 'grid_migration_finished', 'grid_migration_started'],
    ...['group_archive', 'group_close', 'group_deleted', 'group_history_changed', 'group_left'],
    ...['group_open', 'group_rename', 'group_unarchive', 'im_close', 'im_created'],
    ...['im_history_changed', 'im_open', 'invite_requested', 'link_shared'],
    ...['member_joined_channel', 'member_left_channel', 'message_metadata_deleted'],
    ...['message_metadata_posted', 'message_metadata_updated', 'pin_added', 'pin_removed'],
    ...['reaction_added', 'reaction_removed', 'shared_channel_invite_accepted'],
    ...['shared_channel_invite_approved', 'shared_channel_invite_declined'],
    ...['shared_channel_invite_received', 'shared_channel_invite_requested', 'star_added'],
    ...['star_removed', 'subteam_created', 'subteam_members_changed', 'subteam_self_added'],
    ...['subteam_self_removed', 'subteam_updated', 'team_access_granted', 'team_access_revoked'],
    ...['team_domain_change', 'team_join', 'team_rename', 'tokens_revoked', 'user_change'],
    ...['user_huddle_changed', 'user_profile_changed', 'user_status_changed'],
    ...['workflow_deleted', 'workflow_published', 'workflow_step_deleted'],
    ...['workflow_step_execute', 'workflow_unpublished'],
  ],
  hints: {
    command: 'slash_command',
    slash_commands: 'slash_command',
    mention: 'app_mention',
    event_callback: 'the type of the inner event, such as message or app_mention',
    'message.channels': 'message with conditions: { event: { channel_type: channel } }',
    'message.im': 'message with conditions: { event: { channel_type: im } }',
    'message.groups': 'message with conditions: { event: { channel_type: group } }',
    button: 'block_actions',
  },
  shapeOf: toShapeOf({
    slash_command: {
      payload:
        'team_id team_domain enterprise_id enterprise_name channel_id channel_name user_id user_name command text trigger_id api_app_id is_enterprise_install *',
      fields: `${SLACK_FIELDS} response_url`,
    },
    '': {
      payload:
        'type team_id api_app_id event:{*} event_id event_time:n authed_users:[] authorizations:[{*}] event_context is_ext_shared_channel:b trigger_id actions:[{*}] view:{*} user:? team:? channel:? message:{*} container:{*} state:{*} *',
      fields: `${SLACK_FIELDS} response_url`,
    },
  }),
};

const STRIPE_REQUEST = 'request:{id idempotency_key *}';

const stripe: Vocabulary = {
  types: STRIPE_TYPES.flatMap((line) => {
    const [object = '', whats = ''] = line.split(': ');
    return whats.split(' ').map((what) => `${object}.${what}`);
  }),
  openTypes: ['v1', 'v2'],
  hints: {
    'payment_intent.failed': 'payment_intent.payment_failed',
    'invoice.failed': 'invoice.payment_failed',
    'payment.succeeded': 'payment_intent.succeeded',
    'checkout.completed': 'checkout.session.completed',
    'subscription.created': 'customer.subscription.created',
    'subscription.updated': 'customer.subscription.updated',
    'subscription.deleted': 'customer.subscription.deleted',
    'customer.subscription.canceled': 'customer.subscription.deleted',
    'customer.subscription.cancelled': 'customer.subscription.deleted',
  },
  shapeOf: toShapeOf({
    '': {
      payload: `id object api_version created:? data:{object:{*} previous_attributes:{*} *} livemode:b pending_webhooks:n ${STRIPE_REQUEST} type account context related_object:{id type url *} reason:{*} changes:{*} snapshot_event`,
      fields: 'type livemode:b account object_id object_type amount:n currency customer status',
    },
  }),
};

/** Azure has many more; these are those that are mistyped. */
const eventgrid: Vocabulary = {
  types: [
    ...['BlobCreated', 'BlobDeleted', 'BlobRenamed', 'BlobTierChanged', 'DirectoryCreated'].map(
      (what) => `Microsoft.Storage.${what}`,
    ),
    ...['DirectoryDeleted', 'DirectoryRenamed', 'BlobInventoryPolicyCompleted'].map(
      (what) => `Microsoft.Storage.${what}`,
    ),
    ...['ResourceWriteSuccess', 'ResourceWriteFailure', 'ResourceDeleteSuccess'].map(
      (what) => `Microsoft.Resources.${what}`,
    ),
    ...['SecretNearExpiry', 'SecretExpired', 'CertificateNearExpiry'].map(
      (what) => `Microsoft.KeyVault.${what}`,
    ),
  ],
  isWhole: false,
  shapeOf: toShapeOf({
    'Microsoft.Storage': {
      payload:
        'api clientRequestId requestId eTag contentType contentLength:n blobType url sequencer storageDiagnostics:{*} *',
      fields: 'topic container blob url size:n content_type e_tag api sequencer',
    },
  }),
};

const webpubsub: Vocabulary = {
  types: ['sys.connect', 'sys.connected', 'sys.disconnected', 'user.message'],
  openTypes: ['user', 'gp'],
  hints: {
    connect: 'sys.connect',
    connected: 'sys.connected',
    disconnected: 'sys.disconnected',
    message: 'user.message',
  },
  shapeOf: toShapeOf({
    sys: {
      payload: 'claims:{*} query:{*} headers:{*} subprotocols:[] clientCertificates:[{*}] reason *',
      fields: 'hub connection_id user_id event_name subprotocol connection_state reason',
    },
  }),
};

/** Ends of runs. */
const completion: Vocabulary = {
  types: ['succeeded', 'failed', 'cancelled'],
  hints: {
    success: 'succeeded',
    completed: 'succeeded',
    error: 'failed',
    failure: 'failed',
    pipeline_completed: 'succeeded',
  },
  typeField: 'status',
  shapeOf: toShapeOf({
    '': {
      payload:
        'trigger actor status run_id attempts:n created_at ended_at event:{source id type} error:{*} reason outputs:?',
      fields: 'trigger actor status run_id attempts:n',
    },
  }),
};

const VOCABULARIES: Readonly<Record<string, Vocabulary>> = {
  ...{ cloudwatch, completion, eventgrid, github, grafana, pagerduty, slack, stripe, webpubsub },
};

/** @returns undefined for kinds whose senders send anything */
export function findVocabulary(kind: string): Vocabulary | undefined {
  return Object.hasOwn(VOCABULARIES, kind) ? VOCABULARIES[kind] : undefined;
}
