import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { type Result, runVectors, type SourcedCase } from './run.ts';

/** `npm run vectors -- FILE.json…` */

const program = new Command('vectors')
  .description(
    'Runs signed requests through the real HTTP functions and compares the verdicts. ' +
      'Exits with 1 when a case of the tier "must" disagrees.',
  )
  .argument('<file...>', 'JSON files of cases, such as test/fixtures/vectors/*.json')
  .action(async (files: readonly string[]) => {
    const cases = files.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as SourcedCase[]);
    const results = await runVectors(cases);
    for (const { one, disagreements } of results) {
      for (const text of disagreements) {
        console.log(`${one.id} (${one.tier}) ${one.name}: ${text}`);
      }
    }
    printTable(results);
    if (results.some(isWrong)) process.exitCode = 1;
  });

const isWrong = ({ one, disagreements }: Result) => one.tier === 'must' && disagreements.length > 0;

/** Prints the share of agreement by source and tier. */
function printTable(results: readonly Result[]): void {
  const rows = [...Map.groupBy(results, ({ one }) => one.source)].map(([source, own]) => ({
    source,
    must: toShare(own, 'must'),
    policy: toShare(own, 'policy'),
  }));
  console.table([
    ...rows,
    { source: 'all', must: toShare(results, 'must'), policy: toShare(results, 'policy') },
  ]);
  console.log('Compared: verdict, status, answer, outgoing requests, event types and ids.');
  console.log('Not compared here but by the unit tests: normalized fields.');
}

function toShare(results: readonly Result[], tier: string): string {
  const own = results.filter(({ one }) => one.tier === tier);
  return `${own.filter(({ disagreements }) => disagreements.length === 0).length} of ${own.length}`;
}

await program.parseAsync();
