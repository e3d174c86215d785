import { type HttpRequest, app as host } from '@azure/functions';
import type { App } from '../shared/heddle/composition/open-app.ts';
import { createReadHandler } from './api.ts';

/** In Azure these endpoints need a function key, as the rest of the API does. */
export function registerSchedules(app: () => App): void {
  const get = (name: string, route: string, read: (request: HttpRequest) => Promise<unknown>) =>
    host.http(name, {
      route: `api/v1/${route}`,
      methods: ['GET'],
      authLevel: 'function',
      handler: createReadHandler(app, read),
    });
  get('api-schedules', 'schedules', ({ query }) => app().listSchedules(query));
  get('api-schedule-preview', 'schedules/preview', ({ query }) => app().previewSchedule(query));
  // The host tries routes in the order of function names: this one comes after
  // `api-schedule-preview`.
  get('api-schedule-view', 'schedules/{name}', ({ params }) =>
    app().getSchedule(params.name ?? ''),
  );
  get('api-schedule-fires', 'schedules/{name}/preview', ({ params, query }) =>
    app().previewTrigger(params.name ?? '', query),
  );
}
