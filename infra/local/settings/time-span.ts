/**
 * Parses .NET's TimeSpan to milliseconds: `hh:mm[:ss]` and `d.hh:mm[:ss]`, or `dd:hh:mm` where the
 * first part exceeds 23. Undefined for other forms; throws a SyntaxError for `00:99:00`.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#timespan
 */
export function parseTimeSpan(text: string): number | undefined {
  const match = /^(?:(\d+)\.)?(\d+):(\d+)(?::(\d+)(\.\d{1,7})?)?$/.exec(text);
  if (!match) return undefined;
  const [days, first, second, third, fraction] = match.slice(1).map((part) => Number(part ?? 0));
  const [d = 0, a = 0, b = 0, c = 0, f = 0] = [days, first, second, third, fraction];
  const isDayFirst = a > 23 && match[1] === undefined && match[4] !== undefined;
  const [h, m, s] = isDayFirst ? [b, c, 0] : [a, b, c];
  if (h > 23 || m > 59 || s > 59) throw new SyntaxError(`"${text}" is no interval hh:mm:ss`);
  const dayCount = isDayFirst ? a : d;
  return (((dayCount * 24 + h) * 60 + m) * 60 + s + f) * 1000;
}
