import { openLanes } from "../../src/store/queue/lanes.ts";
import { openStore } from "../../src/store/pool.ts";
import { silent } from "./silent.ts";

/** A worker process for tests: takes `converse` jobs, says so, and never ends one. */
const [url = "", worker = ""] = process.argv.slice(2);
const store = openStore({ url, log: silent });
const nothing = (): Promise<void> => Promise.resolve();
await openLanes({
  url,
  pool: store.pool,
  worker,
  version: "test",
  role: "worker",
  graceMs: 1_000,
  log: silent,
  onLost: () => process.exit(1),
  handlers: {
    converse: async (payload) => {
      console.log(JSON.stringify(payload));
      // Until it is killed.
      await new Promise(() => {});
    },
    act: nothing,
    follow: nothing,
    send: nothing,
  },
});
