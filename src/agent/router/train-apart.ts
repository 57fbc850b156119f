import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type RouterOptions, routerOf, type Trained } from "./train.ts";
import type { Router, RouterTool } from "./types.ts";

/**
 * Trains a router in a thread of its own: with a hundred tools it takes seconds, in which nobody's click may wait.
 * The process may end meanwhile. Rejects where the thread fails.
 */
export async function trainApart(tools: readonly RouterTool[], options: RouterOptions): Promise<Router> {
  const taught = tools.map(({ name, examples }) => ({ name, examples }));
  const worker = new Worker(new URL("train-worker.ts", import.meta.url), {
    workerData: { tools: taught, options },
  });
  worker.unref();
  const [trained] = (await once(worker, "message")) as [Trained];
  return routerOf(trained, tools);
}
