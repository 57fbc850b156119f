import { randomUUID } from "node:crypto";
import type { ConversationRef } from "../../src/core/turn.ts";
import { noopTool } from "../support/noop-tool.ts";
import { openGate } from "../support/gate.ts";
import { percentile, rounded } from "../support/stats.ts";
import type { Part } from "./types.ts";

const atOnce = 32;
const warmEach = 10;
const countedEach = 40;

/** Milliseconds of one write's way through the gate. */
interface Sample {
  propose: number;
  publish: number;
  act: number;
}

type OpenGate = Awaited<ReturnType<typeof openGate>>;

/**
 * One write that its requester has confirmed: proposed, published in R4's transaction, executed and settled. The tool
 * takes no time, so all of it is the gate's.
 */
const write = async (gate: OpenGate, conversation: ConversationRef): Promise<Sample> => {
  const run = await gate.beginTurn(conversation);
  const call = { id: randomUUID(), tool: noopTool.name, args: { item: randomUUID(), value: "1" } };
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
  const [outcome] = await gate.gate.outcomes([proposal.action]);
  if (outcome?.state !== "succeeded")
    throw new Error(`The bench's write ended as ${outcome?.state ?? "nothing"}`);
  return { propose: proposed - begun, publish: published - proposed, act: settled - published };
};

/** What the gate adds to a write: propose and settle (re-checks, intent, outcome), 32 at once, audit durable. */
export const gate: Part = async ({ servers, say }) => {
  const database = await servers.database();
  const opened = await openGate(database.url);
  try {
    const one = async (n: number): Promise<Sample[]> => {
      const conversation = await opened.addConversation(n);
      const samples: Sample[] = [];
      for (let i = 0; i < warmEach + countedEach; i++) samples.push(await write(opened, conversation));
      return samples.slice(warmEach);
    };
    const started = performance.now();
    const samples = (await Promise.all(Array.from({ length: atOnce }, (_, n) => one(n)))).flat();
    const seconds = (performance.now() - started) / 1000;
    const at = (share: number, of: (sample: Sample) => number) =>
      rounded(percentile(samples.map(of), share), 1);
    const added = ({ propose, act }: Sample): number => propose + act;
    const gateP99Ms = at(0.99, added);
    say(`propose and settle: p50 ${at(0.5, added)} ms, p99 ${gateP99Ms} ms, ${atOnce} at once`);
    return {
      keys: { gateP99Ms },
      details: {
        ...{
          atOnce,
          writes: samples.length,
          writesPerSecond: rounded((atOnce * (warmEach + countedEach)) / seconds),
        },
        proposeMs: { p50: at(0.5, (s) => s.propose), p99: at(0.99, (s) => s.propose) },
        actMs: { p50: at(0.5, (s) => s.act), p99: at(0.99, (s) => s.act) },
        publishMs: { p50: at(0.5, (s) => s.publish), p99: at(0.99, (s) => s.publish) },
      },
    };
  } finally {
    await opened.close();
    await database.drop();
  }
};
