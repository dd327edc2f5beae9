import { AsyncLocalStorage } from 'node:async_hooks';
import type { TenantSettings } from './protocol.ts';

/** Whose code it is that runs. */
export interface Tenancy {
  current(): TenantSettings | undefined;
  /** Runs code of a function, and all that it starts, as that function. */
  run<T>(tenant: TenantSettings, code: () => T): T;
}

/** An isolate with one function: everything is that function's, and `process.env` is its own from the start. */
export function soleTenancy(): Tenancy {
  let sole: TenantSettings | undefined;
  return {
    current: () => sole,
    run(tenant, code) {
      sole = tenant;
      return code();
    },
  };
}

/**
 * An isolate with several functions. Their modules are separate, apart from packages that the host supplies; `process.env`
 * shows each of them its own variables, at load time and in everything that an invocation starts.
 */
export function sharedTenancy(): Tenancy {
  const tenants = new AsyncLocalStorage<TenantSettings>();
  const environments = new Map<number, Record<string, string>>();
  const ofNobody = { ...process.env } as Record<string, string>;
  const environment = (): Record<string, string> => {
    const tenant = tenants.getStore();
    if (!tenant) return ofNobody;
    let found = environments.get(tenant.tenant);
    if (!found) environments.set(tenant.tenant, (found = { ...tenant.variables }));
    return found;
  };
  process.env = environmentOf(environment);
  return {
    current: () => tenants.getStore(),
    run: (tenant, code) => tenants.run(tenant, code),
  };
}

/** `process.env` that is another one for each function: like the real one, it keeps text only. */
function environmentOf(environment: () => Record<string, string>): NodeJS.ProcessEnv {
  return new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => Reflect.get(environment(), name) as string,
      has: (_, name) => Reflect.has(environment(), name),
      set: (_, name, value) => Reflect.set(environment(), name, String(value)),
      deleteProperty: (_, name) => Reflect.deleteProperty(environment(), name),
      ownKeys: () => Reflect.ownKeys(environment()),
      getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(environment(), name),
      defineProperty: (_, name, descriptor) => Reflect.set(environment(), name, String(descriptor.value)),
    },
  );
}
