import { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { createSend } from './send.ts';

/** The command line `heddle`. */
const program = new Command('heddle')
  .description('Works with a running Heddle.')
  .addCommand(createSend());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
