import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

/** A child process whose output is kept for the message in case that it fails. */
export class Child {
  readonly pid: number;
  private readonly child: ChildProcess;
  private readonly name: string;
  private text = '';

  constructor(name: string, command: string, commandLine: readonly string[], options: SpawnOptions) {
    this.name = name;
    this.child = spawn(command, [...commandLine], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.child.on('error', (error) => (this.text += String(error)));
    this.pid = this.child.pid ?? 0;
  }

  /** Resolves to the first match of what it prints; rejects with its last words when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.text);
        if (match) resolve(match);
      };
      this.child.stdout?.on('data', look);
      this.child.stderr?.on('data', look);
      this.child.once('close', (code) => reject(new Error(`${this.name} ended with ${code}:\n${this.text}`)));
      look();
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return;
    this.child.kill(signal);
    await once(this.child, 'exit');
  }
}
