import { expect, it } from "vitest";
import type { ModelOptions } from "../../sandbox/model/index.ts";
import { describeInBrowser } from "./chromium.ts";
import { log, open, openWorld, write } from "./world.ts";

const script: NonNullable<ModelOptions["rules"]> = [
  {
    when: { tools: ["ask_engineering"], hasToolResult: false, user: "merge" },
    say: { toolCalls: [{ name: "ask_engineering", args: { task: "Merge !482 now." } }] },
  },
  {
    when: { tools: ["gitlab_merge_request_merge"], hasToolResult: false, user: "merge" },
    say: { toolCalls: [{ name: "gitlab_merge_request_merge", args: { merge_request: "!482" } }] },
  },
];

describeInBrowser("an account of one's own", () => {
  const world = openWorld(script);

  it("is connected from a message, on GitLab's page, and what waited goes on", async () => {
    const { begin, shoot } = world();
    const page = await begin();
    await write(page, "/steward disconnect gitlab");
    await page.getByText("Disconnected. I no longer act in GitLab as you").waitFor();

    await write(page, "@steward merge !482");
    await log(page)
      .getByText(/to connect GitLab: this is done in their own name/)
      .waitFor();
    const invitation = log(page).getByRole("article").filter({ hasText: "Only you can see this" });
    const button = invitation.getByRole("button", { name: "Connect GitLab" });
    await button.waitFor();
    await shoot(page, "30-invited");

    const [tab] = await Promise.all([page.context().waitForEvent("page"), button.click()]);
    await tab.getByRole("heading", { name: "Connect GitLab for Anna Petrosyan" }).waitFor();
    await shoot(tab, "31-whose");
    await tab.getByRole("link", { name: "Continue to GitLab" }).click();
    await tab.getByRole("heading", { name: "Authorize Steward" }).waitFor();
    await tab.getByRole("combobox", { name: "Sign in as" }).selectOption("anna");
    await shoot(tab, "32-consent");
    await tab.getByRole("button", { name: "Authorize" }).click();
    await tab.getByText("Anna Petrosyan in Slack now acts in GitLab as anna.").waitFor();
    await shoot(tab, "33-connected");
    await tab.close();

    await log(page).getByRole("button", { name: "Approve" }).waitFor();
    await log(page)
      .getByText(/connected GitLab as anna; I go on/)
      .waitFor();
    await shoot(page, "34-goes-on");

    await open(page, "Direct messages with Steward", "Steward");
    const direct = log(page).getByText(/connected GitLab as anna/);
    await direct.first().waitFor();
    expect(await log(page).getByRole("button", { name: "Connect GitLab" }).count()).toBe(0);
  });
});
