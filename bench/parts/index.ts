import type { Key } from "../targets.ts";
import { ack } from "./ack.ts";
import { burst } from "./burst.ts";
import { bytes } from "./bytes.ts";
import { click } from "./click.ts";
import { findTools } from "./find-tools.ts";
import { gate } from "./gate.ts";
import { kill } from "./kill.ts";
import { router } from "./router.ts";
import { turns } from "./turns.ts";
import type { Part } from "./types.ts";

/** The parts of the bench, in the order in which they run, with the numbers each gives. */
export const parts = {
  ack: {
    about: "durable acknowledgement beside bare Bolt and bare node:http, 50 connections",
    keys: ["ackPerSecond", "ackOverBolt", "ackP99OverBolt"],
    run: ack,
  },
  turns: {
    about:
      "whole turns, inbox to posted reply, 32 conversations at once (model without latency, Slack's limits off)",
    keys: ["turnsPerSecond", "firstStatusP95Ms"],
    run: turns,
  },
  bytes: {
    about: "bytes written for one more turn of a conversation, at turn 1, 10, 50 and 200",
    keys: ["bytesTurn200OverTurn10"],
    run: bytes,
  },
  kill: {
    about: "kill -9 of a worker that holds jobs, until they are begun again",
    keys: ["retryAfterKillSeconds"],
    run: kill,
  },
  gate: {
    about:
      "what the gate adds to a write: propose and settle without the tool's own time, 32 at once, audit durable",
    keys: ["gateP99Ms"],
    run: gate,
  },
  click: {
    about: "from a click's arrival until the intent row is committed",
    keys: ["clickToStartedP99Ms"],
    run: click,
  },
  burst: {
    about: "300 mentions in one minute over 30 channels, with Slack's own limits on",
    keys: ["burstFirstSignP95Ms", "burstToldTheirPlace", "burstDuplicates", "burstLost"],
    run: burst,
  },
  router: {
    about: "the offline router on lines it was never trained on",
    keys: ["routerTop1", "routerCoverage", "routerPrecision", "routerOutOfScopeAccepted"],
    run: router,
  },
  tools: {
    about: "find_tools: whether a right tool is among the first five, for requests it was not made with",
    keys: ["findToolsRecall5"],
    run: findTools,
  },
} as const satisfies Record<string, { about: string; keys: readonly Key[]; run: Part }>;

export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts) as PartName[];
