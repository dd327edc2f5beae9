/** One thing to do at one instant of the host's clock. */
export interface Timer {
  readonly dueMs: number;
  /** Absent once the timer is cancelled: it may stand in the heap for long, and what it would have done must not stay in memory. */
  fire: (() => void) | undefined;
  /** Background timers fire when time passes but never make virtual time jump (alarm periods, archive pruning). */
  readonly background: boolean;
  /** Breaks ties in the order of arming, so two timers of one instant fire as they were set. */
  readonly order: number;
}

/** So few cancelled timers are not worth a look at all of them. */
const FEW_CANCELLED = 256;

/**
 * A binary heap of timers, earliest first. Arming and firing cost O(log n). Most timers are timeouts of what ends in time:
 * cancelled ones leave when they surface, or all at once when they are the larger part, which costs O(1) for each.
 */
export class TimerHeap {
  private heap: Timer[] = [];
  private cancelled = 0;

  cancel(timer: Timer): void {
    if (!timer.fire) return;
    timer.fire = undefined;
    this.cancelled += 1;
    if (this.cancelled > FEW_CANCELLED && this.cancelled > this.heap.length / 2) this.removeCancelled();
  }

  push(timer: Timer): void {
    this.heap.push(timer);
    let child = this.heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.earlier(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** The earliest timer that is not cancelled. */
  peek(): Timer | undefined {
    while (this.heap[0] && !this.heap[0].fire) {
      this.removeFirst();
      this.cancelled -= 1;
    }
    return this.heap[0];
  }

  pop(): Timer | undefined {
    const first = this.peek();
    if (first) this.removeFirst();
    return first;
  }

  /** The earliest timer that may move virtual time. O(n), called only when the host is idle. */
  earliestForeground(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.heap) {
      if (!timer.fire || timer.background) continue;
      if (!earliest || precedes(timer, earliest)) earliest = timer;
    }
    return earliest;
  }

  private removeCancelled(): void {
    this.heap = this.heap.filter(({ fire }) => fire);
    this.cancelled = 0;
    for (let parent = (this.heap.length >> 1) - 1; parent >= 0; parent -= 1) this.sink(parent);
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private sink(from: number): void {
    let parent = from;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < this.heap.length && this.earlier(left, least)) least = left;
      if (right < this.heap.length && this.earlier(right, least)) least = right;
      if (least === parent) return;
      this.swap(least, parent);
      parent = least;
    }
  }

  private earlier(left: number, right: number): boolean {
    return precedes(this.heap[left] as Timer, this.heap[right] as Timer);
  }

  private swap(left: number, right: number): void {
    const kept = this.heap[left] as Timer;
    this.heap[left] = this.heap[right] as Timer;
    this.heap[right] = kept;
  }
}

function precedes(left: Timer, right: Timer): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}
