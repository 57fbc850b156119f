import { expect, it } from "vitest";
import type { ModelOptions } from "../../sandbox/model/index.ts";
import { describeInBrowser } from "./chromium.ts";
import { hindrances } from "./look.ts";
import { become, field, log, open, openWorld, write } from "./world.ts";

/** Keeps a stream back until the promise that the test holds is kept. */
const { promise: released, resolve: release } = Promise.withResolvers<void>();

const rows = Array.from(
  { length: 14 },
  (_, at) => `| job-${String(at + 1).padStart(2, "0")} | ${(at * 7) % 15} |`,
);

const script: NonNullable<ModelOptions["rules"]> = [
  {
    when: { tools: ["ask_engineering"], user: "a slow story", hasToolResult: false },
    say: {
      text: "The first paragraph stands.\n\nThe second one stands as well.\n\nThe third is never finished.",
      hold: { after: 12, until: released },
    },
  },
  {
    when: { user: "compare the jobs" },
    say: {
      text: [
        "Minutes by job:",
        ["| Job | Minutes |", "| --- | --- |", ...rows].join("\n"),
        "```chart\n" +
          JSON.stringify({
            type: "bar",
            title: "Minutes by stage",
            labels: ["build", "test"],
            series: [{ name: "Minutes", values: [4, 9] }],
          }) +
          "\n```",
      ].join("\n\n"),
    },
  },
  { when: { user: "what is in the file" }, say: { text: "It says that the mill stands still." } },
  { when: { user: "say hello" }, say: { text: "Hello from the script." } },
  {
    when: { tools: ["ask_engineering"], hasToolResult: false, user: "merge" },
    say: { toolCalls: [{ name: "ask_engineering", args: { task: "Merge !482 now." } }] },
  },
  {
    when: { tools: ["gitlab_merge_request_merge"], hasToolResult: false, user: "merge" },
    say: { toolCalls: [{ name: "gitlab_merge_request_merge", args: { merge_request: "!482" } }] },
  },
  {
    when: { lastTool: "gitlab_merge_request_merge" },
    say: { text: "Merge request !482 is merged into main." },
  },
];

describeInBrowser("a conversation in the page", () => {
  const world = openWorld(script);

  it("shows an answer while it is written, and stops the work", async () => {
    const page = await world().begin();
    await write(page, "@steward tell me a slow story");
    await log(page).getByText("The first paragraph stands.").waitFor();
    await log(page).getByText("writing…").waitFor();
    expect(await log(page).getByText("never finished").count()).toBe(0);
    await world().shoot(page, "20-streaming");
    await log(page).getByRole("button", { name: "Stop" }).first().click();
    await log(page)
      .getByText(/Stopped by Anna Petrosyan/)
      .waitFor();
    release();
    await expect.poll(() => log(page).getByText("writing…").count()).toBe(0);
    expect(await log(page).getByText("never finished").count()).toBe(0);
    await world().shoot(page, "21-stopped");
  });

  it("takes a form: what is missing is said at its field, and what is sent is asked for approval", async () => {
    const page = await world().begin();
    await write(page, "/steward do gitlab_merge_request_merge");
    const form = page.getByRole("dialog", { name: "Merge a merge request" });
    await form.getByRole("button", { name: "Submit" }).click();
    await form.getByRole("alert").first().waitFor();
    await form.getByRole("combobox").first().fill("482");
    await form.getByRole("option", { name: /482/ }).first().click();
    expect(await hindrances(page)).toEqual([]);
    await world().shoot(page, "22-form");
    await form.getByRole("button", { name: "Submit" }).click();
    await form.waitFor({ state: "detached" });
    await page.getByRole("button", { name: /^Boris Novak, 1 approval waiting/ }).waitFor();
  });

  it("shows the App Home, and decides there", async () => {
    const page = await world().begin();
    await become(page, "Boris Novak");
    await open(page, "Direct messages with Steward", "Steward");
    await page.getByRole("button", { name: "Home", exact: true }).click();
    const home = page.getByRole("region", { name: "Home" });
    await home.getByText("Idempotent payout retries").first().waitFor();
    expect(await hindrances(page)).toEqual([]);
    await world().shoot(page, "23-home");
    await home.getByRole("button", { name: "Approve" }).first().click();
    await expect.poll(() => home.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await page.getByRole("tab", { name: "Systems" }).click();
    await page.getByRole("listitem", { name: /^!482/ }).getByText("open → merged").waitFor();
  });

  it("asks why an answer was no good, and keeps the reason", async () => {
    const page = await world().begin();
    await write(page, "@steward say hello");
    const answer = log(page).getByRole("article").filter({ hasText: "Hello from the script." });
    await answer
      .getByRole("button", { name: /not|wrong|bad/i })
      .first()
      .click();
    const form = page.getByRole("dialog");
    await form.waitFor();
    await world().shoot(page, "24-feedback");
    await form.getByRole("radio", { name: "The data was wrong" }).check();
    await form.getByRole("button", { name: /send|submit|save/i }).click();
    await form.waitFor({ state: "detached" });
  });

  it("shows tables in pages, a chart, and gives the rest as a file", async () => {
    const page = await world().begin();
    await open(page, "Direct messages with Steward", "Steward");
    await write(page, "compare the jobs");
    await log(page)
      .getByRole("img", { name: /Minutes by stage/ })
      .waitFor();
    await log(page)
      .getByRole("cell", { name: "job-01" })
      .or(log(page).getByRole("rowheader", { name: "job-01" }))
      .first()
      .waitFor();
    const saving = page.waitForEvent("download");
    await log(page)
      .getByRole("button", { name: /^Save .*\.csv/ })
      .first()
      .click();
    expect((await saving).suggestedFilename()).toMatch(/\.csv$/);
    expect(await hindrances(page)).toEqual([]);
    await world().shoot(page, "25-table");
  });

  it("sends a file with a message, and the model reads what is in it", async () => {
    const page = await world().begin();
    await page.locator("input[type=file]").setInputFiles({
      name: "mill.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("The mill stands still since Tuesday."),
    });
    await write(page, "@steward what is in the file?");
    await log(page).getByText("the mill stands still").first().waitFor();
    const asked = world()
      .model.bodies()
      .filter((body) => body.includes("what is in the file"));
    expect(asked.some((body) => body.includes("stands still since Tuesday"))).toBe(true);
  });

  it("edits, deletes and reacts", async () => {
    const page = await world().begin();
    await open(page, "#general", "#general");
    await write(page, "Lunch at noon");
    const mine = log(page).getByRole("article").filter({ hasText: "Lunch at noon" });
    await mine.hover();
    await mine.getByRole("button", { name: /^More/ }).click();
    await mine.getByRole("button", { name: "React with +1" }).click();
    await mine.getByRole("button", { name: /^\+1, Anna/, pressed: true }).waitFor();
    await mine.hover();
    await mine.getByRole("button", { name: /^More/ }).click();
    await mine.getByRole("button", { name: "Edit" }).click();
    await expect.poll(() => field(page).inputValue()).toBe("Lunch at noon");
    await field(page).fill("Lunch at one");
    await field(page).press("Enter");
    const edited = log(page).getByRole("article").filter({ hasText: "Lunch at one" });
    await edited.getByText("edited").waitFor();
    await edited.hover();
    await edited.getByRole("button", { name: /^More/ }).click();
    await edited.getByRole("button", { name: "Delete" }).click();
    await expect.poll(() => edited.count()).toBe(0);
  });
});
