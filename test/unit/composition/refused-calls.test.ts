import { expect, it } from 'vitest';
import { createTestApp } from '../../../shared/heddle/testing/index.ts';
import { createApiRequest } from '../../helpers/api-side.ts';

it('logs a refused call of the API that would have changed something, without its content', async () => {
  await using app = await createTestApp();
  const emit = (body: unknown) => app.app.answer('api-emit', createApiRequest({ body }));
  await expect(emit({ endpoint: 7, data: { secret: 's3cr3t' } })).rejects.toThrow('endpoint');
  await expect(
    app.app.answer('api-events', createApiRequest({ method: 'GET', query: 'odd=1' })),
  ).rejects.toThrow('odd');
  const refused = app.logs.filter(({ message }) => message.includes('refused'));
  expect(refused).toMatchObject([
    {
      level: 'info',
      message: expect.stringMatching(/^A request is refused, api-emit: [a-z_]+$/),
      fields: { status: 400 },
    },
  ]);
});
