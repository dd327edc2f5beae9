import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HandlerContext } from './make-context.ts';
import type { TenantSettings } from './protocol.ts';

export type Handler = (event: unknown, context: HandlerContext) => unknown;

/** Loads the module and finds the exported handler, as Lambda's runtime does; its errors have the runtime's names. */
export async function loadHandler(settings: TenantSettings): Promise<Handler> {
  const dot = settings.handler.lastIndexOf('.');
  const file = settings.handler.slice(0, dot);
  const path = ['.mjs', '.js', '.cjs'].map((suffix) => join(settings.taskRoot, file + suffix)).find(existsSync);
  if (path === undefined) {
    throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${file}' in ${settings.taskRoot}`);
  }
  if (settings.sdkParentUrl !== undefined) resolveSdkFrom(settings.sdkParentUrl);
  const loaded = (await import(pathToFileURL(path).href)) as Record<string, unknown> & { default?: unknown };
  const name = settings.handler.slice(dot + 1);
  const found = loaded[name] ?? (loaded.default as Record<string, unknown> | undefined)?.[name];
  if (typeof found !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${settings.handler} is undefined or not exported`);
  }
  const handler = found as Handler;
  return isCallbackStyle(handler, settings.runtime) ? promisify(handler) : handler;
}

/** The hook is the whole isolate's. */
let resolvesSdk = false;

/**
 * Resolves packages that the bundle leaves out (`@aws-sdk/*`) from the host's own modules, as Lambda's runtime supplies
 * them. Needed only where the directory of the bundle is not below the repository.
 */
function resolveSdkFrom(parentUrl: string): void {
  if (resolvesSdk) return;
  resolvesSdk = true;
  const hooks = `
    let parentURL;
    export function initialize(data) { parentURL = data.parentUrl; }
    export async function resolve(specifier, context, next) {
      if (!/^@(aws-sdk|smithy)\\//.test(specifier)) return next(specifier, context);
      return next(specifier, context).catch(() => next(specifier, { ...context, parentURL }));
    }`;
  module.register(`data:text/javascript,${encodeURIComponent(hooks)}`, { data: { parentUrl } });
}

/** Handlers with a callback ended with the runtime of Node.js 24. */
function isCallbackStyle(handler: Handler, runtime: string): boolean {
  if (handler.length <= 2) return false;
  if (Number(/^nodejs(\d+)/.exec(runtime)?.[1]) < 24) return true;
  throw runtimeError(
    'Runtime.CallbackHandlerDeprecated',
    'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
      'You need to modify this function to use a supported handler signature.',
  );
}

type CallbackHandler = (
  event: unknown,
  context: HandlerContext,
  callback: (error: unknown, value?: unknown) => void,
) => unknown;

function promisify(handler: unknown): Handler {
  return (event, context) =>
    new Promise((resolve, reject) => {
      const settle = (error: unknown, value?: unknown): void => {
        if (error === null || error === undefined) resolve(value);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the function decides what it fails with
        else reject(error);
      };
      const returned = (handler as CallbackHandler)(event, context, settle);
      if (returned instanceof Promise) returned.then(resolve, reject);
    });
}

function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
