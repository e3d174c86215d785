import type { EventExplanation, RunExplanation, TriggerExplanation } from './explain.ts';

const UNNAMED = '-';

/** Formats for a terminal: one line for the event, and one for each trigger. */
export function toEventText({ event, triggers, omitted, replays }: EventExplanation): string {
  const { id, source, type, receivedAt, verified } = event;
  const matched = triggers.filter(({ outcome }) => outcome === 'matched').length;
  const asked = triggers.filter(({ trigger }) => trigger !== undefined).length + omitted;
  const about = `received ${receivedAt}, ${verified ? 'verified' : 'not verified'}`;
  const rows = [...triggers.map(toRow), ...replays.map(toReplayRow)];
  return toLines([
    `${source} ${type} ${id}`,
    `${about}; ${matched} of ${asked} ${asked === 1 ? 'trigger' : 'triggers'} matched`,
    '',
    ...align(rows),
    ...triggers.flatMap(toWarningLines),
    ...(omitted === 0 ? [] : ['', `  ${omitted} more did not match: why is not kept`]),
  ]);
}

/** Formats one line for a terminal. */
export function toTriggerText(explanation: TriggerExplanation): string {
  const [name, text] = toRow(explanation);
  return toLines([`${name}  ${text}`, ...toWarningLines(explanation)]);
}

type Row = readonly [name: string, text: string];

function toRow({ trigger = UNNAMED, text, present }: TriggerExplanation): Row {
  return [trigger, present === undefined ? text : `${text} (at present: ${present})`];
}

function toWarningLines({ warnings = [] }: TriggerExplanation): readonly string[] {
  return warnings.map((text) => `  warning: ${text}`);
}

function toReplayRow({ trigger, text }: RunExplanation): Row {
  return [trigger, `again: ${text}`];
}

function align(rows: readonly Row[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function toLines(lines: readonly string[]): string {
  return `${lines.map(toVisible).join('\n')}\n`;
}

/**
 * Escapes control and invisible characters. Ids and messages come from a sender, who could
 * otherwise move the terminal's cursor or hide text.
 */
function toVisible(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`,
  );
}
