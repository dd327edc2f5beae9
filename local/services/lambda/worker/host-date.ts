/**
 * Makes `Date` in this worker follow the host's virtual clock and returns what moves it. Time stands still while there is
 * work, so the instant that came with the latest message is the right one until the next.
 */
export function followHostClock(startMs: number): (nowMs: number) => void {
  let nowMs = startMs;
  const RealDate = Date;
  const now = (): number => nowMs;
  const HostDate = new Proxy(RealDate, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [nowMs] : args, newTarget) as Date,
    apply: () => new RealDate(nowMs).toString(),
    get: (target, property) => (property === 'now' ? now : (Reflect.get(target, property) as unknown)),
  });
  RealDate.prototype.constructor = HostDate;
  globalThis.Date = HostDate;
  return (instantMs) => {
    nowMs = instantMs;
  };
}
