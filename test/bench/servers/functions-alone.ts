import { app } from '@azure/functions';

/** The least that a function app loads: what the module load of Heddle is measured against. */
app.http('alone', { handler: async () => ({ status: 204 }) });
