const ownFiles = new URL('.', import.meta.url).href;

/** Says that the app has called process.exit, and where, as the host would end without a reason. */
export function announceExit(): void {
  process.on('exit', (code) => {
    const caller = findExitCaller(new Error().stack);
    if (caller === undefined || caller.includes(ownFiles) || caller.includes('node:')) return;
    console.error(
      `The app has called process.exit(${code}): that ends the host and all that runs in it. Throw an error instead.\n    ${caller}`,
    );
  });
}

/** The line of the stack below process.exit; none where Node ended the process by itself. */
function findExitCaller(stack: string | undefined): string | undefined {
  const lines = stack?.split('\n').map((line) => line.trim()) ?? [];
  const exit = lines.findIndex((line) => /^at process\.exit |^at exit \(node:/.test(line));
  return exit === -1 ? undefined : lines[exit + 1];
}
