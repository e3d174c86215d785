// Plays Microsoft's worker: loads the entry named, runs its appStart hooks and prints after how many
// milliseconds, and of processor time, either was done. Not TypeScript, for which Node would first load its compiler.
const Module = require('node:module');
const { pathToFileURL } = require('node:url');

const starts = [];
const core = {
  version: '3.10.0',
  hostVersion: '4.1037.0',
  Disposable: class {},
  registerHook: (name, callback) => {
    if (name === 'appStart') starts.push(callback);
    return {};
  },
  registerFunction: () => ({}),
  setProgrammingModel: () => {},
  getProgrammingModel: () => {},
  log: () => {},
};
const original = Module.prototype.require;
Module.prototype.require = function (id) {
  return id === '@azure/functions-core' ? core : original.call(this, id);
};

async function main() {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const cpu = () => {
    const { user, system } = process.cpuUsage(cpuStart);
    return (user + system) / 1000;
  };
  await import(pathToFileURL(process.argv[2]).href);
  const loaded = performance.now() - start;
  const cpuLoaded = cpu();
  for (const callback of starts) await callback({});
  const opened = performance.now() - start;
  const times = { loaded, opened, cpu: { loaded: cpuLoaded, opened: cpu() } };
  process.stdout.write(`\n${JSON.stringify(times)}\n`, () => process.exit());
}

main();
