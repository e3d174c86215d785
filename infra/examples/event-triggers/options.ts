import { Command, InvalidArgumentError } from 'commander';

/** Parses the options. Exits by itself for --help, and with code 1 for invalid options. */
export function readSeconds(): number {
  const command = new Command('npm run example:triggers --')
    .description('Runs three pollers and their triggers in a temporary folder.')
    .option('--seconds <n>', 'how long', parseSeconds, 60)
    .parse();
  return command.opts<{ seconds: number }>().seconds;
}

function parseSeconds(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of seconds, such as 60.');
}
