import { Command } from 'commander';
import { toText, validateFile } from './validate/validate-file.ts';

/** `npm run validate -- [file...]` checks whether the app would accept a triggers file. */

const program = new Command('validate')
  .description('Finds every fault of triggers files, with its line; nothing is started or sent.')
  .argument('[file...]', 'YAML or JSON', ['infra/triggers.yaml'])
  .option('--json', 'print what was found as a JSON list, one object for each file', false)
  .addHelpText('after', '\nEnds with 0 where all files are sound, else with 1.')
  .parse();

const reports = await Promise.all(
  program.processedArgs[0].map((file: string) => validateFile(file)),
);
if (program.opts<{ json: boolean }>().json) console.log(JSON.stringify(reports, null, 2));
else for (const report of reports) console.log(toText(report));
if (reports.some(({ isSound }) => !isSound)) process.exitCode = 1;
