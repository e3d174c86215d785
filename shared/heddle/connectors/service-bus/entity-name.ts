/** Names of queues and topics. Excludes `$`, which names parts of one that are not for sending. */
export const ENTITY_NAME = /^\w(?:[\w./-]{0,258}\w)?$/;
