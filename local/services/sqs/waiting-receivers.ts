/** The long polls that wait for a message. */
export class WaitingReceivers {
  private listeners = new Set<() => void>();

  /** Calls `listener` once, at the next wake-up, unless it is called off before. */
  once(listener: () => void): { cancel(): void } {
    this.listeners.add(listener);
    return { cancel: () => this.listeners.delete(listener) };
  }

  wake(): void {
    if (this.listeners.size === 0) return;
    const waiting = this.listeners;
    this.listeners = new Set();
    for (const listener of waiting) listener();
  }
}
