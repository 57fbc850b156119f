import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type SlackSim, startSlack } from "../../../sandbox/slack/index.ts";
import type { ConversationRef } from "../../../src/core/turn.ts";
import { slackClient } from "../../../src/slack/client.ts";
import type { PreviewStore, SessionState, SessionStore } from "../../../src/slack/delivery/ports.ts";
import { Remembered } from "../../../src/slack/delivery/remembered.ts";
import { scheduleCalls, type SlackCalls } from "../../../src/slack/delivery/schedule.ts";
import { slackSessions } from "../../../src/slack/delivery/sessions.ts";
import { slackVoice } from "../../../src/slack/delivery/voice.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const dm = "D0ANNA";

let sim: SlackSim;
let calls: SlackCalls;
let conversation: ConversationRef;
let state: SessionState;
let stale: string[];

const sessionStore = (): SessionStore => ({
  state: () => Promise.resolve({ ...state }),
  tell: (_, status) => Promise.resolve(void (state.told = status)),
  stale: () =>
    Promise.resolve(
      stale.map((one) => ({
        conversation: one,
        channel: conversation.channel,
        threadTs: conversation.threadTs,
      })),
    ),
});

const noPreviews: PreviewStore = {
  intend: () => Promise.resolve(false),
  lost: () => Promise.resolve(),
  opened: () => Promise.resolve(),
  said: () => Promise.resolve(),
  settle: () => Promise.resolve(),
  take: () => Promise.resolve([]),
  leave: () => Promise.resolve(false),
  known: () => Promise.resolve(new Set()),
  strays: () => Promise.resolve([]),
};

const sessions = () => slackSessions(calls, sessionStore(), (_, work) => work(), silent);

const voice = (previewAfterMs = 60_000) =>
  slackVoice({
    ...{ calls, previews: noPreviews, means: [], noStreams: new Remembered(), draw: () => [], log: silent },
    ...{ limits: { pageChars: 9_000, streamMs: 240_000 }, crash: () => {}, sessions: sessions() },
    ...{ self: { team: sim.teamId }, previewAfterMs, takeBack: () => Promise.resolve() },
  });

const run = (more: { first?: boolean; waited?: boolean } = {}) => ({
  ...{ turn: "turn", token: "token", person: { workspace: "T0NORTHWIND", user: "U0ANNA" } },
  ...{ request: "what's *waiting* for me?", first: false, waited: false },
  ...more,
});

beforeEach(async () => {
  sim = await startSlack();
  calls = scheduleCalls(slackClient(sim.botToken, sim.apiUrl, silent));
  const channel = sim.dm("U0ANNA");
  expect(channel).toBe(dm);
  const { ts } = sim.say({ as: "U0ANNA", channel, text: "hello" });
  conversation = {
    ...{ key: `T0NORTHWIND/${channel}/${ts}`, workspace: "T0NORTHWIND", channel, threadTs: ts, kind: "dm" },
  };
  state = { due: "active", told: null, titled: false };
  stale = [];
});
afterEach(async () => {
  await sim.stop();
});

const status = () => sim.status(conversation.channel, conversation.threadTs)?.status;
const session = () => sim.agent.session(conversation.channel, conversation.threadTs)?.status;

it("shows a status without markup, clears it last, and never fails because of one", async () => {
  const { status: say, watch } = voice();
  await say(conversation, "Reading <!channel> 8812");
  expect(status()).toBe("Reading ‹!channel› 8812");
  // A status that would arrive after the answer is cleared by the last call of the run.
  const watched = watch(conversation, run());
  void say(conversation, "is working…");
  watched.close(false);
  await sim.waitFor(() => sim.calls("assistant.threads.setStatus").at(-1)?.args["status"] === "");
  expect(status()).toBeUndefined();
  sim.fault({ method: "assistant.threads.setStatus", retry_after: 30 });
  await say(conversation, "x");
  await say(conversation, "y");
});

it("titles a direct conversation once, by its first request", async () => {
  const { watch, idle } = voice();
  watch(conversation, run({ first: true })).close(false);
  await sim.waitFor(() => sim.title(dm, conversation.threadTs) === "what's waiting for me?");
  watch(conversation, run()).close(false);
  await idle();
  expect(sim.calls("assistant.threads.setTitle")).toHaveLength(1);
});

it("opens a session for a run that takes longer, and ends it with the run", async () => {
  state.due = "processing";
  const { watch, idle } = voice(0);
  const watched = watch(conversation, run());
  await sim.waitFor(() => session() === "processing");
  state.due = "active";
  watched.close(false);
  await idle();
  expect(session()).toBe("active");
  expect(state.told).toBe("active");
});

it("suspends the session of a turn that waits, short as it was", async () => {
  state.due = "suspended";
  const { watch, idle } = voice();
  watch(conversation, run()).close(true);
  await idle();
  expect(session()).toBe("suspended");
});

it("tells nothing twice, and nothing where nothing was ever told", async () => {
  const { tell } = sessions();
  await tell(conversation);
  state.due = "processing";
  await tell(conversation);
  await tell(conversation);
  expect(sim.calls("agents.sessions.setStatus")).toHaveLength(1);
});

it("an app that is no agent is refused once, and it is remembered", async () => {
  sim.agent.allow({ agent: false });
  const { tell } = sessions();
  state.due = "processing";
  await tell(conversation);
  state.due = "active";
  await tell(conversation);
  expect(sim.calls("agents.sessions.setStatus").map(({ result }) => result)).toEqual(["not_authorized"]);
  expect(state.told).toBe("active");
});

it("an end that Slack did not take is told again by the sweep", async () => {
  const { tell, sweep } = sessions();
  state.due = "processing";
  await tell(conversation);
  state.due = "active";
  sim.fault({ method: "agents.sessions.setStatus", status: 503 });
  await tell(conversation);
  expect(state.told).toBe("processing");
  stale = [conversation.key];
  await sweep();
  await vi.waitFor(() => expect(session()).toBe("active"));
});
