import { openApp } from '../shared/app.ts';
import { loadConfig } from '../shared/config.ts';
import { registerFunctions } from './register.ts';

const config = loadConfig(process.env);
registerFunctions(() => openApp(config));
