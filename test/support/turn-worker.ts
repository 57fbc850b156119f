import { setTimeout as wait } from "node:timers/promises";
import { openLanes } from "../../src/store/queue/lanes.ts";
import { openStore } from "../../src/store/pool.ts";
import { answer, openWorld, propose, waiting } from "../turn/world.ts";
import { silent } from "./silent.ts";

/**
 * A worker process for tests: runs turns by a script, and is killed by itself at a crash point. It asks for one action
 * when the words hold "merge", and hangs in the model when they hold "hang".
 */
const [url = "", worker = "", crashAt = ""] = process.argv.slice(2);
const store = openStore({ url, log: silent });
const world = await openWorld({
  store,
  worker,
  crash: (point) => {
    if (point === crashAt) process.kill(process.pid, "SIGKILL");
  },
  script: {
    start: async (start) => {
      console.log(JSON.stringify({ started: start.request.text }));
      if (start.request.text.includes("hang")) await wait(3_600_000);
      if (!start.request.text.includes("merge")) return answer(`answer to ${start.request.text}`);
      return waiting(await propose(store, start.turn));
    },
    resume: (start) => {
      console.log(JSON.stringify({ resumed: start.request.text }));
      return Promise.resolve(answer("merged"));
    },
  },
});
const nothing = (): Promise<void> => Promise.resolve();
await openLanes({
  ...{ url, pool: store.pool, worker, version: "test", role: "worker", graceMs: 1_000, log: silent },
  onLost: () => process.exit(1),
  handlers: { converse: world.turns.converse, act: nothing, follow: nothing, send: nothing },
});
