import { expect, it } from "vitest";
import type { ModelOptions } from "../../sandbox/model/index.ts";
import { describeInBrowser } from "./chromium.ts";
import { hindrances } from "./look.ts";
import { drawer, field, log, openWorld, type World } from "./world.ts";

/** What the model says: the supervisor hands everything to the engineering agent, which calls one tool and reports. */
const script: NonNullable<ModelOptions["rules"]> = [
  {
    when: { tools: ["ask_engineering"], hasToolResult: false, user: "fail" },
    // Late enough that a person sees what Steward is doing.
    say: {
      delayMs: 1_500,
      toolCalls: [{ name: "ask_engineering", args: { task: "Why did the pipeline on !482 fail?" } }],
    },
  },
  {
    when: { tools: ["ask_engineering"], hasToolResult: false, user: "merge" },
    say: { toolCalls: [{ name: "ask_engineering", args: { task: "Merge !482 now." } }] },
  },
  {
    when: { tools: ["gitlab_pipeline_explain"], hasToolResult: false, user: "fail" },
    say: { toolCalls: [{ name: "gitlab_pipeline_explain", args: { merge_request: "!482" } }] },
  },
  {
    when: { lastTool: "gitlab_pipeline_explain" },
    say: {
      text: "Pipeline **8812** failed in `integration-tests`: the database was not ready in time.\n\n```\nError: connect ETIMEDOUT 10.0.3.17:5432 after 5000 ms\n```\n\nThe same test passed in the two runs before, so a retry may help.",
    },
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

describeInBrowser("the sandbox page", () => {
  const world = openWorld(script);
  const visit: World["visit"] = (look) => world().visit(look);
  const begin: World["begin"] = (look) => world().begin(look);
  const shoot: World["shoot"] = (page, name) => world().shoot(page, name);

  it("shows a read, a write with approval, the wrong person's click, and the audit", async () => {
    const page = await visit();
    const { sandbox } = world();
    expect(sandbox.line).toBe(`Steward sandbox: ${sandbox.url} (answered by scripted-model)`);
    await page.getByText("Answered by scripted-model.").waitFor();
    await shoot(page, "1-welcome");
    await page.getByRole("button", { name: "Begin" }).click();

    await page.getByRole("button", { name: "Fill in the question" }).click();
    await field(page).press("Enter");
    await log(page)
      .getByRole("status")
      .filter({ hasText: /^Steward (is|·)/ })
      .waitFor();
    await shoot(page, "2-status");
    await log(page).getByText("the database was not ready in time").waitFor();
    await shoot(page, "2-cause");

    await page.getByRole("button", { name: "Fill in the request" }).click();
    await field(page).press("Enter");
    const approve = log(page).getByRole("button", { name: "Approve" });
    await approve.waitFor();
    await page.getByRole("button", { name: "Boris Novak, 1 approval waiting" }).waitFor();
    await shoot(page, "3-card");

    await approve.click();
    const refusal = log(page).getByRole("article").filter({ hasText: "Only you can see this" });
    await refusal.waitFor();
    expect(await refusal.textContent()).toMatch(/payments-leads|Boris/);
    expect(await approve.isEnabled()).toBe(true);
    await shoot(page, "4-refused");

    await drawer(page, "Systems");
    const row = page.getByRole("listitem", { name: /^!482/ });
    expect(await row.textContent()).toContain("open");

    await page.getByRole("button", { name: /^Boris Novak/ }).click();
    await page.getByRole("button", { name: "Merge a merge request" }).click();
    expect(await refusal.count()).toBe(0);
    await shoot(page, "5-boris");
    await approve.click();
    await row.getByText("open → merged").waitFor();
    await log(page).getByText("is merged into main").first().waitFor();
    expect(await approve.count()).toBe(0);
    await shoot(page, "6-merged");

    const state = (await page.evaluate(() => fetch("/gitlab/state").then((reply) => reply.json()))) as {
      notes: { iid: number; system: boolean; body: string }[];
    };
    expect(
      state.notes.filter((note) => note.iid === 482 && note.system && note.body === "merged"),
    ).toHaveLength(1);

    await drawer(page, "Audit");
    const audit = page.getByRole("log", { name: "Audit log" });
    const told = (await audit.getByRole("listitem").allTextContents()).toReversed().join("\n");
    expect(told).toMatch(
      /Looked up[^]*Change proposed[^]*Approval asked for[^]*Click refused[^]*Vote counted[^]*About to act[^]*Done/,
    );
    await shoot(page, "7-audit");
    await drawer(page, "Try");
    await expect.poll(() => page.getByRole("img", { name: "done", exact: true }).count()).toBe(4);

    await page.reload();
    await log(page).getByText("is merged into main").first().waitFor();
    // Times, links and mentions are drawn: nothing is read as the markup it was sent in.
    expect(await log(page).innerText()).not.toMatch(/<!date|<http|<@|<#/);
    expect(await page.getByRole("button", { name: /^Boris Novak/ }).getAttribute("aria-pressed")).toBe(
      "true",
    );
  });

  it("says when Steward is gone, and goes on when it is back", async () => {
    const page = await begin();
    await page.evaluate(() =>
      fetch("/gitlab/faults", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ kind: "kill", path: "/api/v4/*" }),
      }),
    );
    await field(page).fill("@steward why did the pipeline on !479 fail?");
    await field(page).press("Enter");
    await page.getByText("Steward is not reachable: retrying").first().waitFor();
    await shoot(page, "8-unreachable");
    await page.getByText("Answered by scripted-model").waitFor();
    const answers = log(page).getByText("the database was not ready in time");
    await expect.poll(() => answers.count(), { timeout: 40_000 }).toBe(2);
  });

  it("can be used by keyboard alone", async () => {
    const page = await begin();
    await page.keyboard.press("Alt+4");
    await page.getByRole("button", { name: /^Dan Whitfield/, pressed: true }).waitFor();
    await page.getByRole("main", { name: "#support" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("/stew");
    await page.getByRole("option", { name: "/steward approvals" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    expect(await field(page).inputValue()).toBe("/steward approvals");
    await page.keyboard.press("Enter");
    await log(page).getByText("Nothing waits for you").waitFor();

    await page.keyboard.type("Off to lunch");
    await page.keyboard.press("Enter");
    await log(page).getByText("Off to lunch").waitFor();
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => field(page).inputValue()).toBe("Off to lunch");
    await page.keyboard.press("End");
    await page.keyboard.type(", back at two");
    await page.keyboard.press("Enter");
    await log(page).getByText("Off to lunch, back at two").waitFor();

    await log(page)
      .getByRole("article")
      .last()
      .getByRole("button", { name: /^Reply in thread/ })
      .press("Enter");
    await page.getByText("Replying in a thread").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByText("Replying in a thread").count()).toBe(0);
  });

  it("refuses a command in a thread, as Slack does, and keeps what was typed", async () => {
    const page = await begin();
    await log(page).getByRole("button", { name: "Reply", exact: true }).first().click();
    await field(page).fill("/steward help");
    await field(page).press("Enter");
    await page.getByText("/steward is not supported in threads").waitFor();
    expect(await field(page).inputValue()).toBe("/steward help");
  });

  it("shows nobody what they may not see", async () => {
    const page = await begin();
    await page.getByRole("button", { name: "#support" }).waitFor();
    await page.getByRole("button", { name: /^Hugo Lambert/ }).click();
    await page.getByRole("button", { name: /^Hugo Lambert/, pressed: true }).waitFor();
    await page.getByRole("button", { name: "#general" }).waitFor();
    expect(await page.getByRole("button", { name: "#support" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "#payments-dev" }).count()).toBe(0);
  });

  it("shows text as text", async () => {
    const page = await begin();
    const hostile = '<img src=x onerror="document.title=1"> <b>bold</b> <script>1</script>';
    await field(page).fill(hostile);
    await field(page).press("Enter");
    const mine = log(page).getByRole("article").filter({ hasText: "onerror" });
    await mine.waitFor();
    expect(await mine.textContent()).toContain(hostile);
    expect(await log(page).locator("img, b, script").count()).toBe(0);
  });

  it.each([
    { dark: false, width: 1280, height: 800 },
    { dark: true, width: 1440, height: 900 },
  ])("can be read: $width x $height, dark $dark", async (options) => {
    const page = await begin(options);
    const name = `${options.dark ? "dark" : "light"}-${options.width}`;
    for (const tab of ["Try", "Audit", "Systems"]) {
      await drawer(page, tab);
      expect(await hindrances(page)).toEqual([]);
      await shoot(page, `${name}-${tab.toLowerCase()}`);
    }
    const overflow = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      document.documentElement.scrollHeight - innerHeight,
    ]);
    expect(overflow).toEqual([0, 0]);
  });
});
