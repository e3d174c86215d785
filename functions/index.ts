import { readMode } from '../shared/heddle/config/mode.ts';
import { registerFunctions } from './register.ts';

registerFunctions(async () => (await import('./open.ts')).open(), readMode(process.env));
