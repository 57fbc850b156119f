import { describe, expect, it } from "vitest";
import type { Forgery } from "../../sandbox/slack/interactions.ts";
import type { FaultInput } from "../../sandbox/http/faults.ts";
import { answers, errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { usualTransport } from "../steward.ts";
import { offersOf, readable, tableOf } from "../support/slack-text.ts";

const product = sharedSteward();
const channel = "C0PAYDEV";

const ask = async (text: string) => {
  const { slack } = product();
  const said = slack.say({ as: "U0ANNA", channel, text: `@steward ${text}` });
  const answer = await slack.waitFor(() => slack.thread(channel, said.ts).at(1), {
    seconds: 30,
    what: `an answer to “${text}”`,
  });
  await expectSettled(product());
  expect(slack.thread(channel, said.ts)).toHaveLength(2);
  return answer;
};

const event = (fields: Record<string, unknown>): Forgery => ({
  event: { type: "event_callback", event_id: "Ev0ODD", ...fields },
});

const plain = "show open merge requests in payments/ledger-api";
const why = "why did the pipeline on !482 fail?";

describe("the model fails before anything ran: the offline router answers, and says why", () => {
  it.each([
    ["it is down", { error: { status: 500 } }, /The model provider failed \(500\)/],
    ["it refuses the key", { error: { status: 401 } }, /refused Steward's credentials/],
    ["it is over its limit", { error: { status: 429, headers: { "retry-after": "60" } } }, /over its limit/],
    ["a page instead of an answer", { garbage: "<html>Sign in</html>" }, /model provider/i],
    ["the stream is cut", { text: "I will look at that for you now", cutAfter: 3 }, /model/i],
    ["an empty answer", { empty: true }, /empty answer/],
  ] as const)("%s", async (_, say, reason) => {
    const { model, url } = product();
    model.script({ say });
    const answer = await ask(plain);
    expect(tableOf(answer)).toHaveLength(7);
    expect(readable(answer)).toMatch(/without a language model/);
    expect(readable(answer)).toMatch(reason);
    expect(readable(answer)).not.toMatch(/sk-sandbox|I will look|<html/);
    const health = (await (await fetch(`${url}/healthz`)).json()) as { ok: boolean; planner: string };
    expect(health.ok).toBe(true);
    expect(health.planner).toMatch(/offline router/);
  });

  it("what the router cannot place is not guessed; near things are offered", async () => {
    const { model, gitlab } = product();
    model.script({ say: { error: { status: 503 } } });
    const before = gitlab.journal.list().length;
    const text = readable(await ask("and what do you make of all this?"));
    expect(text).toMatch(/without a language model/);
    expect(text).toMatch(/The model provider failed \(503\)/);
    expect(gitlab.journal.list()).toHaveLength(before);
  });

  it("when it is back, it answers again", async () => {
    const { model, url } = product();
    model.script(answers("supervisor", "are you back", "Yes, I am."));
    expect(readable(await ask("are you back?"))).toContain("Yes, I am.");
    const health = (await (await fetch(`${url}/healthz`)).json()) as { planner: string };
    expect(health.planner).not.toMatch(/offline/);
  });
});

it("the model fails after a tool ran: what was found out is given, and what failed is said", async () => {
  const { model } = product();
  const [handOn, call] = errand({
    ask: why,
    agent: "engineering",
    tool: "gitlab_pipeline_explain",
    args: { merge_request: "!482" },
  });
  model.script(...[handOn, call].flatMap((rule) => rule ?? []), { say: { error: { status: 500 } } });
  const answer = await ask(why);
  expect(readable(answer)).toMatch(/what is known so far/);
  expect(readable(answer)).toContain("connect ETIMEDOUT");
  expect(readable(answer)).toMatch(/The model provider failed \(500\)\. Ask again/);
  expect(offersOf(answer).map(({ label }) => label)).toEqual(["Retry job integration-tests"]);
});

it("the model fails when tools brought nothing: what failed, what to do, a reference", async () => {
  const { model } = product();
  const [handOn, call] = errand({
    ask: why,
    agent: "engineering",
    tool: "gitlab_pipeline_explain",
    args: { merge_request: "!4820" },
  });
  model.script(...[handOn, call].flatMap((rule) => rule ?? []), { say: { error: { status: 500 } } });
  const text = readable(await ask(why));
  expect(text).toMatch(/The model provider failed \(500\).*Nothing was done before that/s);
  expect(text).toMatch(/Ask again in a moment\. Reference: [0-9a-f]{8}/);
});

it("a tool's arguments that are wrong go back to the model: the field, what came, what is allowed", async () => {
  const { model } = product();
  const [handOn, , tell] = errand({ ask: plain, agent: "engineering", tool: "", args: {} });
  const first = { project: "payments/ledger-api", state: "unmerged", sort: "age" };
  model.script(...[handOn].flatMap((rule) => rule ?? []), {
    when: { system: "You are the engineering agent", hasToolResult: false },
    say: { toolCalls: [{ name: "gitlab_merge_request_find", args: first }] },
  });
  model.script({
    when: { system: "You are the engineering agent", toolResult: 'status="error"' },
    say: { toolCalls: [{ name: "gitlab_merge_request_find", args: { project: "payments/ledger-api" } }] },
  });
  model.script(...[tell].flatMap((rule) => rule ?? []));
  const answer = await ask(plain);
  expect(tableOf(answer)).toHaveLength(7);
  const refused =
    model.bodies().find((body) => body.includes("unmerged") && body.includes('"role":"tool"')) ?? "";
  expect(refused).toMatch(/state/);
  expect(refused).toMatch(/unmerged/);
  expect(refused).toMatch(/opened/);
  expect(refused).toMatch(/sort/);
});

describe("GitLab fails: bounded, and a message that teaches", () => {
  const all = (fault: FaultInput): FaultInput => ({ ...fault, times: "all" });
  const everywhere = { path: "/api/v4/projects/*" };
  it.each<[string, FaultInput, RegExp]>([
    [
      "401",
      all({ kind: "fail", status: 401, ...everywhere }),
      /token.*An operator renews it \(GITLAB_TOKEN\)/,
    ],
    ["403", all({ kind: "fail", status: 403, ...everywhere }), /lacks the right.*maintainer/],
    [
      "404",
      all({ kind: "fail", status: 404, path: "*/pipelines/*" }),
      /not visible to Steward's account.*maintainer/,
    ],
    [
      "429",
      all({ kind: "fail", status: 429, headers: { "retry-after": "120" }, ...everywhere }),
      /asks for a pause.*Try again in 120 s/,
    ],
    [
      "503 with a page",
      all({ kind: "fail", status: 503, html: true, ...everywhere }),
      /GitLab failed with 503.*ask again/,
    ],
    [
      "a sign-in page instead of JSON",
      all({ kind: "html", ...everywhere }),
      /web page.*instead of JSON.*operator/,
    ],
    ["a redirect", all({ kind: "redirect", ...everywhere }), /redirect.*never followed/],
    ["a cut connection", all({ kind: "drop", ...everywhere }), /connection to GitLab broke.*ask again/],
    ["50 MB of JSON", all({ kind: "huge", path: "*/pipelines/*/jobs" }), /over \d+ MB.*Ask for less/],
  ])("%s", async (name, fault, message) => {
    const { model, gitlab } = product();
    const request = `${why} (${name})`;
    model.script(
      ...errand({
        ask: request,
        agent: "engineering",
        tool: "gitlab_pipeline_explain",
        args: { merge_request: "payments/ledger-api!482" },
      }),
    );
    gitlab.faults.add(fault);
    const from = gitlab.journal.list().length;
    const text = readable(await ask(request));
    expect(text.replaceAll("\n", " ")).toMatch(message);
    expect(text).not.toMatch(/glpat-|<html|<form|    at /);
    // Tried again, but not for ever.
    expect(gitlab.journal.list().length - from).toBeLessThan(30);
    for (const { bytesSent } of gitlab.faults.list()) expect(bytesSent).toBeLessThan(12_000_000);
  });

  it("a log of 50 MB is read in part, and the answer says so", async () => {
    const { model, gitlab } = product();
    model.script(
      ...errand({
        ask: why,
        agent: "engineering",
        tool: "gitlab_pipeline_explain",
        args: { merge_request: "!482" },
      }),
    );
    gitlab.faults.add({ kind: "huge", path: "*/jobs/*/trace", type: "text/plain" });
    const answer = await ask(why);
    expect(readable(answer)).toContain("integration-tests");
    expect(readable(answer)).toMatch(/longer than 4 MB/);
    expect(readable(answer).length).toBeLessThan(12_000);
    expect(gitlab.faults.list()[0]?.bytesSent).toBeLessThan(12_000_000);
  });
});

describe("what comes in and is not understood", () => {
  const unknownSeen = async (): Promise<number> => {
    const text = await (await fetch(`${product().url}/metrics`)).text();
    return Number(/^steward_inbound_total\{kind="unknown"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  const audited = async (): Promise<number> => {
    const { rows } = await product().database.pool.query<{ count: number }>(
      "select count(*)::int as count from steward.audit where kind = 'inbound.unknown'",
    );
    return rows[0]?.count ?? 0;
  };

  it.each<[string, (team: string) => Forgery]>([
    ["a message without a place", (team_id) => event({ team_id, event: { type: "message", ts: 12 } })],
    ["an envelope without an event", (team_id) => event({ team_id })],
    ["an envelope whose event is nothing", (team_id) => event({ team_id, event: null })],
    [
      "a mention whose text is a list",
      (team_id) =>
        event({ team_id, event: { type: "app_mention", channel, user: "U0ANNA", ts: "1.2", text: [] } }),
    ],
    ["something that is no event", () => ({ event: { type: "block_party", guests: 3 } })],
    ["an interaction of a new kind", () => ({ payload: { type: "hologram", user: { id: "U0ANNA" } } })],
    ["a click without an action", () => ({ payload: { type: "block_actions", actions: [] } })],
    ["nothing at all", () => ({ event: null })],
    ["an interaction that is nothing", () => ({ payload: null })],
    ["another command", () => ({ form: { command: "/unheard-of", text: "", user_id: "U0ANNA" } })],
  ])("%s: acknowledged, counted, audited by digest", async (_, forged) => {
    const { slack } = product();
    const [seen, rows] = [await unknownSeen(), await audited()];
    expect(await slack.forge(forged(slack.teamId))).toMatchObject({ status: 200 });
    expect(await unknownSeen()).toBe(seen + 1);
    await expect.poll(audited).toBe(rows + 1);
    await expectSettled(product());
  });

  it("a click on a button of another version is answered, and starts nothing", async () => {
    const { slack, model } = product();
    model.script(answers("supervisor", "say something", "Something."));
    const answer = await ask("say something");
    const seen = await unknownSeen();
    const payload = {
      ...{ type: "block_actions", user: { id: "U0ANNA", team_id: slack.teamId }, team: { id: slack.teamId } },
      ...{ channel: { id: channel }, message: answer, trigger_id: "1.2.x" },
      container: { type: "message", channel_id: channel, message_ts: answer.ts },
      actions: [{ type: "button", action_id: "undo", block_id: "b", value: "x", action_ts: "1.2" }],
    };
    const told = slack.ephemerals(channel, "U0ANNA").length;
    expect(await slack.forge({ payload })).toMatchObject({ status: 200 });
    const reply = await slack.waitFor(() => slack.ephemerals(channel, "U0ANNA").at(told));
    expect(reply.text).toMatch(/not known here any more; nothing was started/);
    expect(await unknownSeen()).toBe(seen + 1);
    await expectSettled(product());
  });

  // A socket carries no signatures: it is opened with the app's token.
  it.skipIf(usualTransport === "socket")(
    "an event that Slack did not sign is refused and leaves nothing",
    async () => {
      const { slack } = product();
      const [seen, rows] = [await unknownSeen(), await audited()];
      for (const signing of ["bad", "stale"] as const) {
        const envelope = { type: "event_callback", team_id: slack.teamId, event_id: "Ev0FORGED", event: {} };
        expect(await slack.forge({ event: envelope, signing })).toMatchObject({ status: 401 });
        expect(await slack.forge({ event: null, signing })).toMatchObject({ status: 401 });
      }
      expect([await unknownSeen(), await audited()]).toEqual([seen, rows]);
      await expectSettled(product());
    },
  );
});
