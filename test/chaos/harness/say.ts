export type Say = (text: string) => void;

/** Writes progress to standard error; tables go to standard output. */
export function createSay(name: string): Say {
  return (text) => console.error(`… ${name}: ${text}`);
}
