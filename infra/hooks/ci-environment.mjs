// Fills a new azd environment from the variables and secrets of a pipeline. GitHub gives those that are
// not set as blank texts, which azd would pass on as texts and refuse as lists, so they are left out here.
// `azd pipeline config` stores values with the escapes of JSON, which are taken back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSet, setValues } from './azd-environment.mjs';
import { root } from './run.mjs';

const text = readFileSync(join(root, 'infra/main.parameters.json'), 'utf8');
const parameters = Object.values(JSON.parse(text).parameters).map(({ value }) =>
  value.slice(2, -1),
);
// The preprovision hook makes a parameter of these two.
const names = ['TRIGGERS_JSON', 'SOURCES_JSON', ...parameters];
const given = names.filter((name) => isSet(process.env[name]));
setValues(Object.fromEntries(given.map((name) => [name, toPlain(name, process.env[name])])));
console.log(`Set in the azd environment: ${given.join(', ')}.`);

function toPlain(name, value) {
  if (!name.endsWith('_JSON') || isJson(value)) return value;
  const plain = `"${value}"`;
  return isJson(plain) ? JSON.parse(plain) : value;
}

function isJson(value) {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
