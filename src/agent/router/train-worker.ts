import { parentPort, workerData } from "node:worker_threads";
import { type RouterOptions, type Taught, train } from "./train.ts";

const { tools, options } = workerData as { tools: Taught[]; options: RouterOptions };
parentPort?.postMessage(train(tools, options));
