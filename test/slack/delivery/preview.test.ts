import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SlackFault } from "../../../sandbox/slack/faults.ts";
import { type SlackSim, startSlack } from "../../../sandbox/slack/index.ts";
import { slackClient } from "../../../src/slack/client.ts";
import { edited, streamed } from "../../../src/slack/delivery/means.ts";
import type { NewPreview, PreviewStore } from "../../../src/slack/delivery/ports.ts";
import { Preview } from "../../../src/slack/delivery/preview.ts";
import { Remembered } from "../../../src/slack/delivery/remembered.ts";
import { scheduleCalls, type SlackCalls } from "../../../src/slack/delivery/schedule.ts";
import { renderPages } from "../../../src/slack/markdown/render.ts";
import { readable } from "../../support/slack-text.ts";

const channel = "C0PAYDEV";
const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Kept extends NewPreview {
  state: string;
  ts?: string;
  said: boolean;
}

let sim: SlackSim;
let calls: SlackCalls;
let kept: Kept[];
let root: string;

/** The rules of the table over an array; the database's own are tested in test/store. */
const store = (): PreviewStore => {
  const find = (id: string): Kept => kept.find((one) => one.id === id) as Kept;
  return {
    intend: (one, perMinuteMax) => {
      const fits = kept.filter(({ means }) => means === one.means).length < perMinuteMax;
      if (fits) kept.push({ ...one, state: "opening", said: false });
      return Promise.resolve(fits);
    },
    lost: () => Promise.resolve(),
    opened: (id, ts) => Promise.resolve(void Object.assign(find(id), { state: "open", ts })),
    said: (id) => Promise.resolve(void (find(id).said = true)),
    settle: (id, state) => Promise.resolve(void (find(id).state = state)),
    take: () => Promise.resolve([]),
    leave: () => Promise.resolve(false),
    known: () => Promise.resolve(new Set()),
    strays: () => Promise.resolve([]),
  };
};

const noStreams = () => new Remembered();

const open = (more: { pageChars?: number; streamMs?: number; refusing?: Remembered } = {}): Preview =>
  new Preview(
    {
      ...{ calls, previews: store(), means: [streamed(calls), edited(calls)], crash: () => {}, log: silent },
      noStreams: more.refusing ?? noStreams(),
      draw: (markdown) => renderPages(markdown, { allowed: () => false }).flatMap(({ blocks }) => blocks),
      limits: { pageChars: more.pageChars ?? 2_000, streamMs: more.streamMs ?? 240_000 },
    },
    {
      ...{ turn: "turn", token: "token", workspace: "T0NORTHWIND", channel, threadTs: root, kind: "channel" },
      recipient: { user: "U0ANNA", team: sim.teamId },
    },
  );

let reply = "one";
const say = (preview: Preview, delta: string): void =>
  preview.event({ kind: "text", work: "root", agent: "supervisor", message: reply, delta });
const step = (preview: Preview, state: "running" | "done", id = "1"): void =>
  preview.event({ kind: "step", id, text: `Reading ${id} <!channel>`, state });

const own = () => sim.thread(channel, root).filter(({ user }) => user === sim.botUserId);
const shown = (): string[] => own().map(readable);

beforeEach(async () => {
  sim = await startSlack({ limits: false });
  calls = scheduleCalls(slackClient(sim.botToken, sim.apiUrl, silent));
  kept = [];
  reply = "one";
  root = sim.say({ as: "U0ANNA", channel, text: "@steward hello" }).ts;
});
afterEach(async () => {
  expect(sim.violations()).toEqual([]);
  await sim.stop();
});

describe("what a run shows", () => {
  it("is nothing while there is nothing whole", async () => {
    const preview = open();
    await preview.show();
    say(preview, "Half a sentence");
    await preview.show();
    expect(own()).toEqual([]);
    expect(kept).toEqual([]);
    expect(preview.used).toBe(false);
  });

  it("is its steps in words that cannot become markup, then whole blocks of its answer", async () => {
    const preview = open();
    step(preview, "running");
    await preview.show();
    expect(preview.open).toBe("stream");
    expect(JSON.stringify(own())).toContain("Reading 1 ‹!channel›");
    step(preview, "done");
    say(preview, "First <!channel> [link](https://evil.example/x).\n\n| a |\n|---|\n| 1");
    await preview.show();
    const [text = ""] = shown();
    expect(text).toContain("<!channel>");
    expect(text).not.toContain("| 1");
    expect(JSON.stringify(own())).not.toContain('"type":"link"');
    expect(kept).toMatchObject([{ state: "open", said: true, means: "stream" }]);
  });

  it("leaves out an aside that was not whole before a call", async () => {
    const preview = open();
    say(preview, "Let me look that up");
    step(preview, "running");
    reply = "two";
    say(preview, "The answer.\n\nMore of");
    await preview.show();
    expect(shown().join()).toContain("The answer.");
    expect(shown().join()).not.toContain("Let me");
  });

  it("is not said twice when a model was cut off and asked again", async () => {
    const preview = open();
    say(preview, "The answer.\n\nMore");
    await preview.show();
    reply = "again";
    say(preview, "The answer.\n\nMore of it.\n\nAnd");
    await preview.show();
    expect(shown().join().split("The answer.")).toHaveLength(2);
  });
});

describe("a further message", () => {
  it("follows one that is full", async () => {
    const preview = open({ pageChars: 100 });
    const parts = ["a", "b", "c"].map((name) => `${name} ${"word ".repeat(14).trim()}.`);
    for (const part of parts) {
      say(preview, `${part}\n\n`);
      say(preview, "|");
      await preview.show();
      await preview.show();
      preview.event({ kind: "text", work: "root", agent: "supervisor", message: reply, delta: "\n\n" });
    }
    await preview.show();
    expect(kept.filter(({ state }) => state === "stopped").length).toBeGreaterThan(0);
    for (const part of parts.slice(0, 2)) expect(shown().join("\n").split(part)).toHaveLength(2);
  });

  it("follows one that is too old, before the server closes it", async () => {
    const preview = open({ streamMs: -1 });
    say(preview, "First.\n\nS");
    await preview.show();
    say(preview, "econd.\n\nT");
    await preview.show();
    expect(shown()).toHaveLength(2);
    expect(kept.map(({ state, page }) => [state, page])).toEqual([
      ["stopped", 0],
      ["open", 1],
    ]);
    expect(sim.agent.streams().map(({ state }) => state)).toEqual(["stopped", "open"]);
  });

  it("follows one that the server has closed; nothing is lost and nothing is said twice", async () => {
    const preview = open();
    say(preview, "First.\n\nS");
    await preview.show();
    sim.agent.expireStream({ channel, ts: kept[0]?.ts ?? "" });
    say(preview, "econd.\n\nT");
    await preview.show();
    expect(shown().map((text) => text.includes("Second."))).toEqual([false, true]);
  });
});

describe("in trouble", () => {
  const trouble = async (fault: SlackFault): Promise<Preview> => {
    const preview = open();
    say(preview, "First.\n\nS");
    await preview.show();
    sim.fault(fault);
    say(preview, "econd.\n\nT");
    await preview.show();
    say(preview, "hird.\n\nF");
    await preview.show();
    return preview;
  };

  it.each<[string, SlackFault, boolean[]]>([
    ["waits with what comes next", { method: "chat.appendStream", retry_after: 30 }, [true, false, false]],
    [
      "says nothing twice after a lost reply",
      { method: "chat.appendStream", kind: "accept-then-drop" },
      [true, true, true],
    ],
    [
      "leaves words to the end when blocks are refused",
      { method: "chat.appendStream", error: "invalid_blocks" },
      [true, false, false],
    ],
    [
      "leaves all to the end when a person stopped it",
      { method: "chat.appendStream", error: "stopped_by_user" },
      [true, false, false],
    ],
    [
      "rolls over when it is too long",
      { method: "chat.appendStream", error: "msg_too_long" },
      [true, true, true],
    ],
  ])("%s", async (_, fault, expected) => {
    await trouble(fault);
    const text = shown().join("\n");
    expect(["First.", "Second.", "Third."].map((part) => text.includes(part))).toEqual(expected);
    for (const part of ["First.", "Second.", "Third."]) expect(text.split(part).length).toBeLessThan(3);
  });

  it("posts and edits where there is no streaming, and remembers it for the workspace", async () => {
    sim.agent.allow({ streaming: false });
    const refusing = noStreams();
    const preview = open({ refusing });
    say(preview, "First.\n\nS");
    await preview.show();
    expect(preview.open).toBe("post");
    say(preview, "econd.\n\nT");
    await preview.show();
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toContain("Second.");
    await open({ refusing }).show();
    expect(sim.calls("chat.startStream")).toHaveLength(1);
    expect(kept.map(({ state, means }) => [state, means])).toEqual([
      ["gone", "stream"],
      ["open", "post"],
    ]);
  });

  it("shows nothing more when nobody knows whether it was opened: it is found later", async () => {
    sim.fault({ method: "chat.startStream", kind: "accept-then-drop" });
    const preview = open();
    say(preview, "First.\n\nS");
    await preview.show();
    say(preview, "econd.\n\nT");
    await preview.show();
    expect(kept).toMatchObject([{ state: "opening" }]);
    expect(preview.used).toBe(true);
    expect(own()).toHaveLength(1);
  });
});
