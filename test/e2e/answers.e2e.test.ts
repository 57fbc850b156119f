import { expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { answers, errand, instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable, tableOf } from "../support/slack-text.ts";

const product = sharedSteward();
const channel = "C0PAYDEV";

/** Asks, and gives what Steward has said in the thread once nothing is left to do. */
const ask = async (text: string, where = channel): Promise<Message[]> => {
  const steward = product();
  const { slack } = steward;
  const said = slack.say({
    ...{ as: "U0ANNA", channel: where },
    text: where === channel ? `@steward ${text}` : text,
  });
  await slack.waitFor(() => slack.thread(where, said.ts).at(1), { seconds: 20 });
  await expectSettled(steward);
  return slack.thread(where, said.ts).slice(1);
};
const filesIn = (messages: readonly Message[]) => {
  const ids = messages
    .flatMap(({ files }) => files ?? [])
    .map((file) => (file as unknown as { id: string }).id ?? file);
  return product()
    .slack.files()
    .filter(({ id }) => ids.includes(id as never));
};

it("answers 40,000 characters in ordered pages, whole, with its end on the last", async () => {
  const { model } = product();
  const paragraphs = Array.from(
    { length: 80 },
    (_, at) => `Paragraph ${at}: ${"many words ".repeat(44).trim()}.`,
  );
  const log = Array.from({ length: 60 }, (_, at) => `line ${at} of the log`).join("\n");
  const text = `${paragraphs.slice(0, 40).join("\n\n")}\n\n\`\`\`\n${log}\n\`\`\`\n\n${paragraphs.slice(40).join("\n\n")}`;
  expect(text.length).toBeGreaterThan(40_000);
  model.script(answers("supervisor", "tell me everything", text));
  const pages = await ask("tell me everything");
  expect(pages.length).toBeGreaterThan(4);
  const read = pages.map(readable);
  expect(read.join("\n").match(/Paragraph \d+:/g)).toEqual(paragraphs.map((_, at) => `Paragraph ${at}:`));
  expect(read.join("\n").match(/line \d+ of the log/g)).toHaveLength(60);
  for (const [index, page] of read.entries()) {
    expect(page.includes("Steward ·")).toBe(index === pages.length - 1);
    expect(page.length).toBeLessThan(11_000);
  }
});

const rows = Array.from({ length: 40 }, (_, at) => `| !${at} | ${at === 3 ? "=HYPERLINK(1)" : "a title"} |`);
const table = `All of them:\n\n| MR | Title |\n|---|---|\n${rows.join("\n")}`;

it("shows ten rows of a large table in a channel, and sends the whole to the asking person alone", async () => {
  const { model, slack } = product();
  model.script(answers("supervisor", "list all of it", table));
  const [answer, ...more] = await ask("list all of it");
  expect(more).toEqual([]);
  expect(tableOf(answer as Message)).toHaveLength(11);
  expect(readable(answer as Message)).toContain("direct messages");
  const [file] = filesIn(slack.messages(slack.dm("U0ANNA")));
  const csv = file?.bytes?.toString() ?? "";
  expect(csv.trim().split("\r\n")).toHaveLength(41);
  expect(csv).toContain("!3,'=HYPERLINK(1)");
  expect(filesIn(slack.messages(channel))).toEqual([]);
});

it("puts the file into the thread of a direct message", async () => {
  const { model, slack } = product();
  model.script(answers("supervisor", "list it for me", table));
  const messages = await ask("list it for me", slack.dm("U0ANNA"));
  expect(messages).toHaveLength(2);
  expect(readable(messages[0] as Message)).toContain("in the file below");
  expect(filesIn(messages)).toHaveLength(1);
});

it("links claims to the call they came from, marks the others, and answers in the question's language", async () => {
  const { model } = product();
  const question = "Warum ist die Pipeline von payments/ledger-api !482 fehlgeschlagen?";
  const [hand, call] = errand({
    ask: "Warum ist",
    ...{ agent: "engineering", tool: "gitlab_pipeline_explain" },
    args: { merge_request: "payments/ledger-api!482" },
  });
  let request = "";
  if (hand === undefined || call === undefined) throw new Error("an errand has three steps");
  model.script(hand, call, {
    when: { system: instructions.engineering, hasToolResult: true },
    say: ({ raw }) => {
      request = raw;
      return { text: "Die Pipeline 8812 ist rot [1]. Es dauerte 31 Minuten. Job 99131 war schuld [4]." };
    },
  });
  const [answer] = await ask(question);
  const text = readable(answer as Message);
  expect(text).toContain("Es dauerte 31 Minuten.  †");
  expect(text).toMatch(/Job 99131 war schuld +\. +†/);
  expect(JSON.stringify(answer?.blocks)).toMatch(/"type":"link","url":"http[^"]+8812","text":"\[1\]"/);
  expect(text).toContain("Quellen: [1] <");
  expect(text).toContain("† Dafür ist keine Quelle genannt.");
  expect(request).toContain("Answer in German");
  expect(request).toContain(String.raw`source=\"1\"`);
});

it("draws a chart that a model writes as one", async () => {
  const { model } = product();
  const chart = {
    type: "bar",
    title: "Open",
    labels: ["Mon", "Tue"],
    series: [{ name: "n", values: [1, 2] }],
  };
  model.script(answers("supervisor", "as a chart", `Here:\n\n\`\`\`chart\n${JSON.stringify(chart)}\n\`\`\``));
  const [answer] = await ask("as a chart");
  expect(answer?.blocks?.map(({ type }) => type)).toContain("data_visualization");
});

it("shows the chart as a picture where Slack refuses charts", async () => {
  const { model, slack } = product();
  const chart = { type: "pie", title: "Deals", labels: ["won", "lost"], values: [3, 1] };
  model.script(answers("supervisor", "as a pie", `Here:\n\n\`\`\`chart\n${JSON.stringify(chart)}\n\`\`\``));
  slack.fault({ method: "chat.postMessage", error: "invalid_blocks" });
  const [answer] = await ask("as a pie");
  const [image] = (answer?.blocks ?? []).filter(({ type }) => type === "image");
  const picture = slack.files().find(({ name }) => name === "chart.png");
  expect(image).toMatchObject({ slack_file: { id: picture?.id }, alt_text: "Deals, won 3, lost 1" });
  expect(readable(answer as Message)).toContain("Steward ·");
});

it.each(["file-uploaded", "file-shared"] as const)(
  "killed at %s, it shares the file of a table once",
  async (point) => {
    const steward = product();
    const { model, slack } = steward;
    const direct = slack.dm("U0ANNA");
    const before = filesIn(slack.messages(direct)).length;
    model.script(answers("supervisor", "all of them again", table));
    await steward.kill();
    await steward.restart({ crashAt: point });
    slack.say({ as: "U0ANNA", channel, text: "@steward all of them again" });
    expect(await steward.ended()).toBe("SIGKILL");
    await steward.restart();
    await expectSettled(steward);
    expect(filesIn(slack.messages(direct))).toHaveLength(before + 1);
  },
);
