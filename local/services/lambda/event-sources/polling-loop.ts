import type { Clock } from '../../../clock.ts';

export type Pause =
  /** Go on at once. */
  | 'none'
  /** Nothing to do until the source is announced. */
  | 'untilAnnounced'
  | {
      readonly untilMs: number;
      /** An announcement may shorten the wait to this instant. */
      readonly announcedMs?: number;
      /** Does not pull virtual time: waiting for someone to repair something. */
      readonly background?: boolean;
    };

/**
 * Runs `step` again and again, one at a time, with the pauses that it asks for. Virtual time stands still during a step and
 * may move during a pause.
 */
export class PollingLoop {
  private readonly clock: Clock;
  private readonly step: () => Promise<Pause>;
  private state: 'idle' | 'stepping' | 'pausing' | 'stopped' = 'idle';
  private announced = false;
  private pause: Exclude<Pause, string> | undefined;
  private timer: { cancel(): void } | undefined;
  private stepping: Promise<void> | undefined;

  constructor(clock: Clock, step: () => Promise<Pause>) {
    this.clock = clock;
    this.step = step;
  }

  /** The source has something to read. */
  announce(): void {
    if (this.state === 'idle') {
      this.run();
      return;
    }
    this.announced = true;
    if (this.state === 'pausing') this.wakeEarlier();
  }

  stop(): void {
    this.state = 'stopped';
    this.timer?.cancel();
  }

  /** Stops, and resolves once a step that is under way has come to its end. */
  async drain(): Promise<void> {
    this.stop();
    await this.stepping;
  }

  private run(): void {
    if (this.state === 'stopped') return;
    this.timer?.cancel();
    this.state = 'stepping';
    this.announced = false;
    this.pause = undefined;
    const done = this.clock.busy();
    this.stepping = this.step().then((pause) => {
      this.rest(pause);
      done();
    });
  }

  private rest(pause: Pause): void {
    // Changed by stop() while the step was under way, which the compiler cannot see.
    if ((this.state as string) === 'stopped') return;
    if (pause === 'none' || (pause === 'untilAnnounced' && this.announced)) {
      this.run();
    } else if (pause === 'untilAnnounced') {
      this.state = 'idle';
    } else {
      this.state = 'pausing';
      this.pause = pause;
      this.timer = this.clock.at(pause.untilMs, () => this.run(), { background: pause.background ?? false });
      if (this.announced) this.wakeEarlier();
    }
  }

  private wakeEarlier(): void {
    const { announcedMs, untilMs } = this.pause ?? {};
    if (announcedMs === undefined || untilMs === undefined || announcedMs >= untilMs) return;
    this.pause = undefined;
    this.timer?.cancel();
    this.timer = this.clock.at(announcedMs, () => this.run());
  }
}
