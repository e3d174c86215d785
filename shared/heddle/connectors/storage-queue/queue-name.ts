/** @see https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata */
export const QUEUE_NAME = /^(?=.{3,63}$)[a-z\d]+(?:-[a-z\d]+)*$/;

export const QUEUE_NAME_RULE = '3 to 63 lower-case letters, digits and single hyphens';
