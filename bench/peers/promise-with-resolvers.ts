/**
 * What the SDK of Restate needs and Node.js has from 22 on only. To be imported before the SDK; nothing else of it needs a
 * newer one.
 */
const promise = Promise as { withResolvers?: <T>() => PromiseWithResolvers<T> };

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T | PromiseLike<T>) => void;
  reject: (reason?: unknown) => void;
}

promise.withResolvers ??= <T>(): PromiseWithResolvers<T> => {
  let [resolve, reject]: [PromiseWithResolvers<T>['resolve'], PromiseWithResolvers<T>['reject']] = [() => {}, () => {}];
  const promise = new Promise<T>((fulfil, fail) => ([resolve, reject] = [fulfil, fail]));
  return { promise, resolve, reject };
};
