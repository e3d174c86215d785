import type { App } from '../../../shared/heddle/composition/open-app.ts';

const NAMES = ['file_watcher', 'queue_monitor', 'service_health'];

/** Summarizes the runs of each trigger. */
export async function summarize(app: App): Promise<string> {
  const lines = NAMES.map(async (trigger) => {
    const { items } = await app.call('api-runs', {
      query: new URLSearchParams({ trigger, limit: '200' }),
    });
    const count = (status: string) => items.filter((run) => run.status === status).length;
    const skipped = count('skipped');
    const note = skipped === 0 ? '' : `, skipped: ${skipped} while one with the same context ran`;
    return `- ${trigger}: fired: ${items.length}, succeeded: ${count('succeeded')}${note}`;
  });
  return ['', 'Done.', ...(await Promise.all(lines))].join('\n');
}
