import { expect, it } from "vitest";
import type { Ephemeral } from "../../sandbox/slack/types.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { readable, tableOf } from "../support/slack-text.ts";

const product = sharedSteward({ model: false });
const ask = "show open merge requests in payments/ledger-api";
const open = ["!455", "!468", "!471", "!476", "!479", "!482"].map((name) => `payments/ledger-api${name}`);

/** What a slash command answers to the person alone. */
const slash = async (as: string, channel: string, text: string): Promise<Ephemeral> => {
  const { slack } = product();
  const before = slack.ephemerals(channel, as).length;
  expect(await slack.slash({ as, channel, command: "/steward", text })).toMatchObject({ status: 200 });
  return slack.waitFor(() => slack.ephemerals(channel, as).at(before));
};

/** The thread that a slash command opened in the person's direct messages, once it is answered. */
const answered = async (as: string, shown: string) => {
  const { slack } = product();
  const dm = slack.dm(as);
  return slack.waitFor(
    () => {
      const root = slack.messages(dm).find((message) => readable(message).includes(shown));
      const answer = root && slack.thread(dm, root.ts).at(1);
      return root && answer && { root, answer };
    },
    { seconds: 20 },
  );
};

it("scenario 22: without a model the offline router answers a plain read, and says so", async () => {
  const steward = product();
  const { slack, model } = steward;
  const said = slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: `@steward ${ask}` });
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });
  expect(
    new Set(
      tableOf(answer)
        .slice(1)
        .map(([name]) => name),
    ),
  ).toEqual(new Set(open));
  expect(readable(answer)).toMatch(/answered without a language model/i);
  expect(model.bodies()).toEqual([]);
  const health = (await (await fetch(`${steward.url}/healthz`)).json()) as { planner: string };
  expect(health.planner).toMatch(/offline router/);
  await expectSettled(steward);
});

it("scenario 22: plain words after the slash open a thread in the person's direct messages", async () => {
  const steward = product();
  const told = await slash("U0ANNA", "C0GENERAL", ask);
  expect(told.text).toMatch(/direct messages/);
  const { root, answer } = await answered("U0ANNA", ask);
  expect(root.text).toContain("<@U0ANNA>");
  expect(tableOf(answer)).toHaveLength(open.length + 1);
  expect(readable(answer)).toMatch(/without a language model/);
  await expectSettled(steward);
});

it("with --here the thread is opened in the channel, for all to see", async () => {
  const steward = product();
  const { slack } = steward;
  await slash("U0ANNA", "C0PAYDEV", `--here ${ask} written by mei`);
  const root = await slack.waitFor(() =>
    slack.messages("C0PAYDEV").find((message) => readable(message).includes("written by mei")),
  );
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", root.ts).at(1), { seconds: 20 });
  expect(answer.user).toBe(slack.botUserId);
  await expectSettled(steward);
});

it("scenario 22: do calls one tool by its name, without any model", async () => {
  const steward = product();
  await slash("U0ANNA", "C0GENERAL", "do gitlab_merge_request_find project=payments/ledger-api state=merged");
  const { answer } = await answered("U0ANNA", "do gitlab_merge_request_find");
  expect(
    tableOf(answer)
      .slice(1)
      .map(([name]) => name),
  ).toEqual(["payments/ledger-api!480"]);
  await expectSettled(steward);
});

it("do says what is wrong with its arguments in a form, and starts nothing", async () => {
  const steward = product();
  const { gitlab, slack } = steward;
  const before = gitlab.journal.list().length;
  const unknown = await slash(
    "U0ANNA",
    "C0GENERAL",
    "do gitlab_merge_request_finde project=payments/ledger-api",
  );
  expect(readable(unknown)).toContain("Did you mean gitlab_merge_request_find?");
  const text = "do gitlab_merge_request_find state=opne projct=x stray";
  expect(await slack.slash({ as: "U0ANNA", channel: "C0GENERAL", command: "/steward", text })).toMatchObject({
    status: 200,
  });
  const form = await slack.waitFor(() => {
    const shown = JSON.stringify(slack.forms.modal("U0ANNA") ?? {});
    return shown.includes("form-call") && shown;
  });
  expect(form).toMatch(/stray.*name=value/);
  expect(form).toMatch(/State: .*open/);
  expect(form).toMatch(/projct/);
  await slack.forms.close({ as: "U0ANNA" });
  expect(gitlab.journal.list()).toHaveLength(before);
  await expectSettled(steward);
});

it("scenario 22: approvals, help and the overview answer privately; a slip gets the nearest command", async () => {
  const steward = product();
  const { slack } = steward;
  const posts = slack.calls("chat.postMessage").length;
  expect(readable(await slash("U0BORIS", "C0GENERAL", "approvals"))).toMatch(/Nothing waits for you/);
  const overview = readable(await slash("U0ANNA", "C0GENERAL", ""));
  expect(overview).toContain("Hello Anna");
  expect(overview).toMatch(/Find merge requests.*Retry a job: .*asks before it acts/s);
  const help = readable(await slash("U0ANNA", "C0GENERAL", "help"));
  for (const command of ["do", "approvals", "help"]) expect(help).toContain(`/steward ${command}`);
  const tool = readable(await slash("U0ANNA", "C0GENERAL", "help gitlab_job_retry"));
  expect(tool).toContain("/steward do gitlab_job_retry");
  expect(readable(await slash("U0ANNA", "C0GENERAL", "aprovals"))).toMatch(
    /Did you mean \/steward approvals\?/,
  );
  expect(readable(await slash("U0ANNA", "C0GENERAL", "help aprovals"))).toMatch(/Did you mean `approvals`\?/);
  expect(slack.calls("chat.postMessage")).toHaveLength(posts);
  await expectSettled(steward);
});

it("a guest is offered no tool, told why, and no system is asked", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const before = gitlab.journal.list().length;
  expect(readable(await slash("U0HUGO", "C0GENERAL", ""))).toMatch(/no tool here that you may use/);
  const told = slack.ephemerals("C0GENERAL", "U0HUGO").length;
  const said = slack.say({ as: "U0HUGO", channel: "C0GENERAL", text: `@steward ${ask}` });
  const answer = await slack.waitFor(() => slack.ephemerals("C0GENERAL", "U0HUGO").at(told), { seconds: 20 });
  expect(readable(answer)).toMatch(
    /Guests, people of other organisations.*A colleague of this workspace can ask/s,
  );
  expect(slack.thread("C0GENERAL", said.ts)).toHaveLength(1);
  expect(gitlab.journal.list()).toHaveLength(before);
  await expectSettled(steward);
});

it("what the router is not sure of is not guessed", async () => {
  const steward = product();
  const { slack, gitlab } = steward;
  const before = gitlab.journal.list().length;
  const said = slack.say({
    as: "U0ANNA",
    channel: "C0PAYDEV",
    text: "@steward what is the weather in Berlin",
  });
  const answer = await slack.waitFor(() => slack.thread("C0PAYDEV", said.ts).at(1), { seconds: 20 });
  expect(readable(answer)).toMatch(/without a language model/);
  expect(gitlab.journal.list()).toHaveLength(before);
  await expectSettled(steward);
});
