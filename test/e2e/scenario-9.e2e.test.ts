import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { cardWith, press } from "../support/clicks.ts";
import { instructions } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable } from "../support/slack-text.ts";

/** The shipped rules, in a company where Carla has an account in GitLab. */
const config = mkdtempSync(join(tmpdir(), "steward-scenario-9-"));
cpSync(new URL("../../policies", import.meta.url), join(config, "policies"), { recursive: true });
const people = join(config, "policies/people.yml");
writeFileSync(people, readFileSync(people, "utf8").replace("email: carla@example.com,", "$& gitlab: carla,"));
afterAll(() => rmSync(config, { recursive: true }));

const product = sharedSteward({ config });
beforeEach(async () => {
  const { crm, gitlab } = product();
  crm.reset();
  gitlab.reset();
  // She may report to the project: boris lets her in.
  const added = await fetch(`${gitlab.url}/api/v4/projects/101/members`, {
    method: "POST",
    headers: { "private-token": "glpat-sandbox-boris", "content-type": "application/json" },
    body: JSON.stringify({ user_id: 13, access_level: 20 }),
  });
  expect(added.status).toBe(201);
});

const channel = "C0SUPPORT";
const ask = "open a bug for this and link the ticket both ways";
const subject = "Payout 77120 has not arrived";
const issues = { method: "POST", path: "/api/v4/projects/:id/issues" } as const;
const notes = { method: "POST", path: "/crm/v3/objects/notes" } as const;

/** The model opens the issue with the ticket's words in it, then leaves the issue's address on the ticket. */
const script = (): void => {
  const { model } = product();
  const address = /https?:\/\/\S+\/-\/issues\/\d+/;
  model.script(
    {
      name: "hands the errand on",
      when: { system: instructions.supervisor, user: ask, hasToolResult: false },
      say: { toolCalls: [{ name: "ask_support", args: { task: ask } }] },
    },
    {
      name: "opens the issue",
      when: { system: instructions.support, user: ask, hasToolResult: false },
      say: {
        toolCalls: [
          {
            name: "gitlab_issue_create",
            args: {
              project: "ledger-api",
              title: subject,
              description: `From the support ticket “${subject}”.`,
              labels: "bug",
            },
          },
        ],
      },
    },
    {
      name: "links the ticket",
      when: { system: instructions.support, user: ask, lastTool: "gitlab_issue_create" },
      say: ({ toolResults }) => {
        const issue = address.exec(toolResults.at(-1)?.content ?? "")?.[0] ?? "no address";
        return { toolCalls: [{ name: "crm_ticket_link", args: { ticket: subject, issue } }] };
      },
    },
    {
      name: "says what became of both",
      when: { system: instructions.support, user: ask, lastTool: "crm_ticket_link" },
      say: ({ toolResults }) => ({ text: `The issue is open. ${toolResults.at(-1)?.content ?? ""}` }),
    },
  );
};

const asked = () => {
  script();
  const thread = product().slack.say({ as: "U0CARLA", channel, text: `@steward ${ask}` });
  const card = (title: string, wanted: RegExp): Promise<Message> =>
    cardWith(product(), { channel, ts: thread.ts }, title, wanted, 30);
  return { thread, card };
};
const approve = (ts: string) => press(product(), { as: "U0CARLA", channel, ts, button: "approve" });
const sent = () => [product().gitlab.journal.list(issues).length, product().crm.journal.list(notes).length];

it("scenario 9: a bug, then its address on the ticket: each seen before it is done, each done once", async () => {
  const steward = product();
  steward.slack.deliverEvents({ duplicates: true, order: "together" });
  const { card } = asked();
  const first = await card("Open an issue", /Waiting/);
  expect(readable(first)).toContain(`From the support ticket`);
  expect(sent()).toEqual([0, 0]);
  await Promise.all([approve(first.ts), approve(first.ts)]);
  await card("Open an issue", /Done/);

  const second = await card("Link an issue to a ticket", /Waiting/);
  expect(readable(second)).toMatch(/\/payments\/ledger-api\/-\/issues\/\d+/);
  expect(sent()).toEqual([1, 0]);
  await Promise.all([approve(second.ts), approve(second.ts)]);
  await card("Link an issue to a ticket", /Done/);
  await expectSettled(steward);
  expect(sent()).toEqual([1, 1]);
  const issue = steward.gitlab.state().issues.find(({ title }) => title === subject);
  expect(issue?.labels).toEqual(["bug"]);
});

it("scenario 9: the second is refused: the first is said to be done, with its link, and nothing is done again", async () => {
  const steward = product();
  const { thread, card } = asked();
  await approve((await card("Open an issue", /Waiting/)).ts);
  await card("Open an issue", /Done.*was opened/);
  const second = await card("Link an issue to a ticket", /Waiting/);
  steward.crm.faults.add({ ...notes, kind: "fail", status: 403, effect: "never" });
  await approve(second.ts);
  await card("Link an issue to a ticket", /Failed/);
  const answer = await steward.slack.waitFor(
    () =>
      steward.slack.thread(channel, thread.ts).find((one) => readable(one).includes("The issue is open.")),
    { what: "the answer" },
  );
  expect(readable(answer)).toMatch(/refused|not permitted|may not|403/i);
  expect(JSON.stringify(answer.blocks)).toMatch(/Sources: .*\/payments\/ledger-api\/-\/issues\/\d+/);
  await expectSettled(steward);
  expect(sent()[0]).toBe(1);
  expect(steward.gitlab.state().issues.filter(({ title }) => title === subject)).toHaveLength(1);
});

it("scenario 9: killed right after the ticket took the address: unknown, Check finds it, and it stands once", async () => {
  const steward = product();
  const { card } = asked();
  await approve((await card("Open an issue", /Waiting/)).ts);
  const second = await card("Link an issue to a ticket", /Waiting/);
  steward.crm.faults.add({ ...notes, kind: "kill", effect: "before" });
  await steward.slack.click({ as: "U0CARLA", channel, ts: second.ts, action_id: "approve" });
  await steward.ended();
  await steward.restart();
  const unknown = await card("Link an issue to a ticket", /Unknown/);
  await press(steward, { as: "U0CARLA", channel, ts: unknown.ts, button: "check" });
  await card("Link an issue to a ticket", /Done/);
  await expectSettled(steward);
  expect(sent()).toEqual([1, 1]);
});
