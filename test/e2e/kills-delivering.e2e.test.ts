import { expect, it, onTestFinished } from "vitest";
import type { CrashPoint } from "../../src/core/crash.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { answers } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

/** The product dies in the middle of showing an answer; another start must leave exactly one, whole. */
const product = sharedSteward({ env: { STEWARD_PREVIEW_MS: "50", STEWARD_PAGE_CHARS: "500" } });
const channel = "C0PAYDEV";

const paragraphs = (name: string): string[] =>
  Array.from({ length: 5 }, (_, at) => `${name} ${at + 1}: ${"some words ".repeat(15).trim()}.`);

const own = (ts: string) =>
  product()
    .slack.thread(channel, ts)
    .filter(({ user }) => user === product().slack.botUserId);

const points: (CrashPoint | `${CrashPoint}:${number}`)[] = [
  ...(["stream-intended", "stream-opened", "stream-stopped", "page-updated"] as const),
  // The answer's further pages are posted behind the first.
  "post",
];

it.each(points)("killed at %s: one answer, whole, once, and nothing that says at work", async (point) => {
  const { slack, model, database } = product();
  slack.limits(false);
  await database.pool.query(`update steward.preview set opened_at = opened_at - interval '1 minute'`);
  const texts = paragraphs(`Killed at ${point.replaceAll(/\W/g, " ")}`);
  await product().kill();
  await product().restart({ crashAt: point });
  const first = heldAnswer(product(), `die at ${point}`, texts);
  const said = slack.say({ as: "U0ANNA", channel, text: `@steward die at ${point}` });
  const dies = product().ended();
  // Points of the end come only when the model has ended.
  if (!point.startsWith("stream-intended") && !point.startsWith("stream-opened")) {
    await slack.waitFor(() => own(said.ts)[0], { seconds: 20, what: "a message of the run" });
    first.release();
  }
  expect(await dies).toBe("SIGKILL");
  first.release();
  model.clearScript();
  model.script(answers("supervisor", `die at ${point}`, texts.join("\n\n")));
  await product().restart();
  onTestFinished(() => slack.limits(true));
  await slack.waitFor(() => texts.every((text) => own(said.ts).map(readable).join("\n").includes(text)), {
    seconds: 40,
    what: "the answer",
  });
  await expectSettled(product());
  // What the dead run left is taken back by a sweep.
  const once = () => texts.map((text) => own(said.ts).map(readable).join("\n").split(text).length - 1);
  await slack.waitFor(() => once().every((count) => count === 1), { seconds: 30, what: "each text once" });
  const openStreams = () => slack.agent.streams().filter(({ state }) => state === "open");
  await slack.waitFor(() => openStreams().length === 0, { seconds: 30, what: "an end of all streams" });
  await slack.waitFor(() => slack.agent.session(channel, said.ts)?.status !== "processing", {
    seconds: 30,
    what: "an end of the session's work",
  });
});

it("killed while what is too many of a run's pages is taken away: the shorter answer, once, and nothing else", async () => {
  const { slack, model, database } = product();
  slack.limits(false);
  onTestFinished(() => slack.limits(true));
  await database.pool.query(`update steward.preview set opened_at = opened_at - interval '1 minute'`);
  const long = paragraphs("Much too long");
  const first = heldAnswer(product(), "die of length", long);
  const said = slack.say({ as: "U0ANNA", channel, text: "@steward die of length" });
  await slack.waitFor(() => own(said.ts).length > 1, { what: "several pages of the run" });
  await product().kill();
  first.release();
  model.clearScript();
  model.script(answers("supervisor", "die of length", "Short after all."));
  await product().restart({ crashAt: "page-deleted" });
  expect(await product().ended()).toBe("SIGKILL");
  await product().restart();
  await slack.waitFor(() => own(said.ts).map(readable).join("\n").includes("Short after all."), {
    seconds: 40,
    what: "the answer",
  });
  await expectSettled(product());
  await slack.waitFor(() => own(said.ts).length === 1, { seconds: 30, what: "an end of the other pages" });
  expect(own(said.ts).map(readable).join("\n")).toContain("Short after all.");
});
