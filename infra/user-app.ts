import app from '../shared/app/heddle.config.ts';
import type { AppDefinition } from '../shared/heddle/actors/define-app.ts';

/** The user's app, for the tools that check triggers against it without opening it. */
export const userApp: AppDefinition = app;
