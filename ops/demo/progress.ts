/** One line per order that is rewritten as the order moves on; where the output is no terminal, a line per change. */
export class Progress {
  private readonly lines = new Map<string, string>();
  private readonly terminal: boolean;
  private drawn = 0;

  constructor(terminal: boolean = process.stdout.isTTY) {
    this.terminal = terminal;
  }

  update(name: string, text: string): void {
    if (this.lines.get(name) === text) return;
    this.lines.set(name, text);
    if (this.terminal) this.redraw();
    else console.log(format(name, text));
  }

  private redraw(): void {
    // ESC[nA moves the cursor up n lines, ESC[2K clears a line (ECMA-48).
    if (this.drawn > 0) process.stdout.write(`\u001b[${this.drawn}A`);
    for (const [name, text] of this.lines) process.stdout.write(`\u001b[2K${fitting(format(name, text))}\n`);
    this.drawn = this.lines.size;
  }
}

/** A line that wraps would take two rows, and the cursor would not find back to the first. */
function fitting(line: string): string {
  const columns = process.stdout.columns || Infinity;
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}

function format(name: string, text: string): string {
  return `  ${name.padEnd(32)} ${text}`;
}
