export { createTestApp, type TestAppOptions } from './create-test-app.ts';
export type { SignedRequest } from './receive-delivery.ts';
export type { LogLine } from './recorded-log.ts';
export type { Delivered, Explanation, TestApp } from './test-app.ts';
export type { TestTriggers } from './test-definitions.ts';
export type { TestHttp } from './test-http.ts';
export type { Caused } from './test-records.ts';
