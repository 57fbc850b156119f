import { AsyncLocalStorage } from "node:async_hooks";
import type { Capability } from "../core/capability.ts";

/** Makes capabilities and knows them again. One for each process: the executor lends, the outgoing client asks. */
export interface Capabilities {
  /** Runs `work` with a capability that is good inside it, until it ends or the time is over. */
  lend<T>(grant: Capability, work: (capability: Capability) => Promise<T>): Promise<T>;
  /** Why a write may not be sent with this capability and this account; nothing where it may. */
  objection(capability: Capability | undefined, credential: string): string | undefined;
}

/** `monotonicMs` is the clock that `expires` is told by. */
export const openCapabilities = (monotonicMs: () => number = () => performance.now()): Capabilities => {
  // Told by identity: an object that was not made here is none, whatever stands in it.
  const alive = new WeakSet<Capability>();
  const here = new AsyncLocalStorage<Capability>();
  return {
    async lend(grant, work) {
      const capability = Object.freeze({ ...grant });
      alive.add(capability);
      try {
        return await here.run(capability, () => work(capability));
      } finally {
        alive.delete(capability);
      }
    },
    objection(capability, credential) {
      if (capability === undefined)
        return "it carries no capability: only the executor of approved actions may write";
      if (!alive.has(capability))
        return "its capability is not one that the executor has given out for a running call";
      if (here.getStore() !== capability) return "its capability was given to another call";
      if (monotonicMs() >= capability.expires) return "the time in which it may be sent is over";
      return capability.credential === credential
        ? undefined
        : `it was approved to be sent as ${capability.credential}, not as ${credential}`;
    },
  };
};
