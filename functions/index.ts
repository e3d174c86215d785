import { createApp } from '../shared/app.ts';
import { loadConfig } from '../shared/config.ts';
import { registerFunctions } from './register.ts';

registerFunctions(createApp(loadConfig(process.env)));
