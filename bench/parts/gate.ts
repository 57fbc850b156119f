import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { ConversationRef } from "../../src/core/turn.ts";
import { noopName, noopTool } from "../support/noop-tool.ts";
import { openGate } from "../support/gate.ts";
import { percentile, rounded } from "../support/stats.ts";
import type { Part } from "./types.ts";

const atOnce = 32;
/** What a call of another system takes, milliseconds; measured, and not counted. */
const toolMs = 500;

/** Milliseconds of one write's way through the gate, without the tool's own. */
interface Sample {
  propose: number;
  publish: number;
  act: number;
}

/** A gate whose tool takes `toolMs`, and how long each of its runs really took. */
const openTimedGate = async (url: string) => {
  const ran = new Map<string, number>();
  const pace = { ms: toolMs };
  const tool = noopTool(
    () => pace.ms,
    (action, ms) => void ran.set(action, ms),
  );
  return { ...(await openGate(url, tool)), ran, pace };
};

type TimedGate = Awaited<ReturnType<typeof openTimedGate>>;

/**
 * One write that its requester has confirmed: proposed, published in R4's transaction, re-checked, executed and settled
 * under the shipped policies. What is not the tool's is the gate's.
 */
const write = async (gate: TimedGate, conversation: ConversationRef): Promise<Sample> => {
  const run = await gate.beginTurn(conversation);
  const call = { id: randomUUID(), tool: noopName, args: { item: randomUUID(), value: "1" } };
  const begun = performance.now();
  const proposal = await gate.gate.propose(call, run, { confirmed: true });
  if (proposal.kind !== "planned") throw new Error(`The gate refused the bench's write: ${proposal.text}`);
  const proposed = performance.now();
  const plan = await gate.turns.preparePublish(run.turn, conversation);
  await gate.transact(async (tx) => {
    await tx.query("update steward.turn set state = 'waiting', token = null where id = $1", [run.turn]);
    await gate.turns.publish(tx, plan);
  });
  const published = performance.now();
  await gate.executor.act(proposal.action);
  const settled = performance.now();
  const tool = gate.ran.get(proposal.action);
  if (tool === undefined) throw new Error("The bench's write was not carried out");
  return { propose: proposed - begun, publish: published - proposed, act: settled - published - tool };
};

/** So many writes under way at once, each in a conversation of its own, some of them before anything is counted. */
const writes = async (
  gate: TimedGate,
  conversations: readonly ConversationRef[],
  ms: number,
  each: { warm: number; counted: number },
) => {
  gate.pace.ms = ms;
  const one = async (conversation: ConversationRef): Promise<Sample[]> => {
    const samples: Sample[] = [];
    for (let n = 0; n < each.warm + each.counted; n++) {
      // Spread over the time that a write takes: requests do not come in step.
      if (n === 0) await wait(Math.random() * ms);
      samples.push(await write(gate, conversation));
    }
    return samples.slice(each.warm);
  };
  const started = performance.now();
  const samples = (await Promise.all(conversations.map(one))).flat();
  const seconds = (performance.now() - started) / 1000;
  const at = (of: (sample: Sample) => number) => ({
    p50: rounded(percentile(samples.map(of), 0.5), 1),
    p99: rounded(percentile(samples.map(of), 0.99), 1),
  });
  return {
    ...{
      writes: samples.length,
      writesPerSecond: rounded((conversations.length * (each.warm + each.counted)) / seconds),
    },
    ...{ addedMs: at(({ propose, act }) => propose + act), proposeMs: at((s) => s.propose) },
    ...{ actMs: at((s) => s.act), publishMs: at((s) => s.publish) },
  };
};

/** What the gate adds to a write: propose and settle (re-checks, intent, outcome), 32 under way, audit durable. */
export const gate: Part = async ({ servers, say }) => {
  const database = await servers.database();
  const opened = await openTimedGate(database.url);
  try {
    const conversations = await Promise.all(
      Array.from({ length: atOnce }, (_, n) => opened.addConversation(n)),
    );
    const counted = await writes(opened, conversations, toolMs, { warm: 4, counted: 16 });
    const flatOut = await writes(opened, conversations, 0, { warm: 2, counted: 15 });
    say(
      `propose and settle: p50 ${counted.addedMs.p50} ms, p99 ${counted.addedMs.p99} ms at ${counted.writesPerSecond} writes/s`,
    );
    say(
      `flat out, with a tool that takes no time: ${flatOut.writesPerSecond} writes/s, p99 ${flatOut.addedMs.p99} ms`,
    );
    return { keys: { gateP99Ms: counted.addedMs.p99 }, details: { atOnce, toolMs, ...counted, flatOut } };
  } finally {
    await opened.close();
    await database.drop();
  }
};
