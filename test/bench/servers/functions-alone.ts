import { app } from '@azure/functions';

/** The minimal function app, with which Heddle's module load is compared. */
app.http('alone', { handler: async () => ({ status: 204 }) });
