import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { auditRows } from "../support/audit-rows.ts";
import { cardWith, press, privateAnswer, toldPrivately, valueOf } from "../support/clicks.ts";
import { answers, errand } from "../support/model-script.ts";
import { expectSettled } from "../support/settled.ts";
import { sharedSteward } from "../support/shared-steward.ts";
import { usualTransport } from "../steward.ts";
import { buttonsOf, readable } from "../support/slack-text.ts";

const product = sharedSteward();
beforeEach(() => product().gitlab.reset());

const channel = "C0PAYDEV";
const title = "Merge a merge request";
const ask = "merge !482";
const mergePath = { method: "PUT", path: "/api/v4/projects/:id/merge_requests/482/merge" };

type Thread = { channel: string; ts: string };
type Payload = Record<string, unknown>;

const card = (thread: Thread, wanted: RegExp): Promise<Message> => cardWith(product(), thread, title, wanted);
/** Anna (or another) asks for the merge; its card waits for a payments lead. */
const asked = async (as = "U0ANNA") => {
  const { slack, model } = product();
  model.script(
    ...errand({
      ask,
      agent: "engineering",
      tool: "gitlab_merge_request_merge",
      args: { merge_request: "!482" },
    }),
  );
  const thread = slack.say({ as, channel, text: `@steward ${ask}` });
  return { thread, shown: await card(thread, /Waiting/) };
};
const merges = () => product().gitlab.journal.list(mergePath);
const votes = async (action: string): Promise<number> => {
  const { rows } = await product().database.pool.query("select 1 from steward.vote where action = $1", [
    action,
  ]);
  return rows.length;
};
const approve = (as: string, ts: string): Promise<string> =>
  press(product(), { as, channel, ts, button: "approve" });

/** The payload of a click on the card by somebody who may decide, to forge from. */
const payloadOf = (shown: Message, as = "U0BORIS"): Payload =>
  product().slack.clickPayload({ as, channel, ts: shown.ts, action_id: "approve" });
/** Sends it as Slack would; gives what the person it names is told. */
const forged = (payload: Payload, as = "U0BORIS"): Promise<string> =>
  privateAnswer(product(), channel, as, () => product().slack.forge({ payload }));
const refusals = () => auditRows(product(), "click.refused");
const withValue = (payload: Payload, value: string): Payload => {
  const [action] = payload["actions"] as Payload[];
  return { ...payload, actions: [{ ...action, value }] };
};
/** The same click, said to come from another message. */
const elsewhere = (payload: Payload, on: { channel: string; ts: string }): Payload => ({
  ...payload,
  container: { type: "message", message_ts: on.ts, channel_id: on.channel, is_ephemeral: false },
  message: { ...(payload["message"] as Payload), ts: on.ts },
});

/** Ends the story: the requester takes the request back, so that nothing is left waiting. */
const withdraw = async (thread: Thread, shown: Message, as = "U0ANNA"): Promise<void> => {
  const told = await press(product(), { as, channel, ts: shown.ts, button: "reject" });
  expect(told).toMatch(/^Rejected/);
  await card(thread, /Rejected by/);
  await expectSettled(product());
};

const notACard = /not part of a card that Steward posted/;

describe("scenario 19: a click that is not the card's own", () => {
  it("scenario 19: a copied card decides nothing, whoever presses it", async () => {
    const { slack } = product();
    const { thread, shown } = await asked();
    const copy = slack.say({ as: "U0CARLA", channel, text: "Please approve this one" });
    const other = slack.say({ as: "U0CARLA", channel: "C0GENERAL", text: "Please approve this one" });
    const before = (await refusals()).length;

    expect(await forged(elsewhere(payloadOf(shown), copy))).toMatch(notACard);
    expect(await forged(elsewhere(payloadOf(shown), other))).toMatch(notACard);
    expect(await forged(elsewhere(payloadOf(shown), { channel: "C0GENERAL", ts: shown.ts }))).toMatch(
      notACard,
    );
    expect(await forged(elsewhere(payloadOf(shown), { channel, ts: thread.ts }))).toMatch(notACard);

    const rows = (await refusals()).slice(before);
    expect(rows.map(({ actor, fields }) => [actor, fields["answer"], fields["on"]])).toEqual([
      ["mail:boris@example.com", "forged", `${channel}/${copy.ts}`],
      ["mail:boris@example.com", "forged", `C0GENERAL/${other.ts}`],
      ["mail:boris@example.com", "forged", `C0GENERAL/${shown.ts}`],
      ["mail:boris@example.com", "forged", `${channel}/${thread.ts}`],
    ]);
    expect(await votes(valueOf(shown, "approve"))).toBe(0);
    expect(merges()).toEqual([]);
    await withdraw(thread, shown);
  });

  it("scenario 19: a made-up value decides nothing", async () => {
    const { thread, shown } = await asked();
    const real = valueOf(shown, "approve");
    const before = (await refusals()).length;
    const values = [randomUUID(), "", "'; update steward.action set state = 'approved' --", `${real}x`];
    for (const value of values) {
      expect(await forged(withValue(payloadOf(shown), value))).toMatch(notACard);
    }
    // Another card's action under this card's message.
    const second = await asked();
    expect(await forged(withValue(payloadOf(second.shown), real))).toMatch(notACard);
    expect((await refusals()).slice(before).map(({ fields }) => fields["answer"])).toEqual(
      Array.from({ length: 5 }, () => "forged"),
    );
    expect(merges()).toEqual([]);
    await withdraw(second.thread, second.shown);
    await withdraw(thread, shown);
  });

  it("scenario 19: a payload of unknown shape is acknowledged, decides nothing and is recorded", async () => {
    const { slack } = product();
    const { thread, shown } = await asked();
    const payload = payloadOf(shown);
    const [action] = payload["actions"] as Payload[];
    const odd = [
      { ...payload, actions: [{ ...action, action_id: "approve_everything" }] },
      { ...payload, container: {}, message: undefined, channel: undefined },
      { type: "block_actions" },
      { type: "something_new", user: payload["user"], team: payload["team"] },
    ];
    for (const one of odd) {
      expect(await slack.forge({ payload: one }), JSON.stringify(one).slice(0, 60)).toMatchObject({
        status: 200,
      });
    }
    await expect
      .poll(async () => (await auditRows(product(), "inbound.unknown")).length)
      .toBeGreaterThanOrEqual(3);
    expect(await votes(valueOf(shown, "approve"))).toBe(0);
    await withdraw(thread, shown);
  });

  it("scenario 19: a click from another workspace is not one of ours", async () => {
    const { thread, shown } = await asked();
    const payload = payloadOf(shown);
    const before = (await refusals()).length;
    const other = { id: "T0OTHER", domain: "other" };
    const user = { ...(payload["user"] as Payload), team_id: "T0OTHER" };
    expect(await forged({ ...payload, team: other, user })).toMatch(/other organisation/);
    const { team_id: _, ...bare } = user;
    expect(await forged({ ...payload, team: other, user: bare })).toMatch(/other organisation/);
    const rows = (await refusals()).slice(before);
    expect(rows.map(({ fields }) => [fields["answer"], fields["workspace"]])).toEqual([
      ["not_eligible", "T0OTHER"],
      ["not_eligible", "T0OTHER"],
    ]);
    expect(await votes(valueOf(shown, "approve"))).toBe(0);
    expect(merges()).toEqual([]);
    await withdraw(thread, shown);
  });

  // A socket carries no signatures: it is opened with the app's token.
  it.skipIf(usualTransport === "socket")(
    "scenario 19: what is not signed by Slack is not even read",
    async () => {
      const { slack } = product();
      const { thread, shown } = await asked();
      const before = (await auditRows(product(), "%")).length;
      const payload = payloadOf(shown);
      expect((await slack.forge({ payload, signing: "bad" })).status).toBe(401);
      expect((await slack.forge({ payload, signing: "stale" })).status).toBe(401);
      const unsigned = await fetch(`${product().url}/slack/events`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ payload: JSON.stringify(payload) }),
      });
      expect(unsigned.status).toBe(401);
      expect(await votes(valueOf(shown, "approve"))).toBe(0);
      // Nobody outside can fill the audit log.
      expect((await auditRows(product(), "%")).length).toBe(before);
      await withdraw(thread, shown);
    },
  );
});

describe("scenario 19: people who may not, and words that are none", () => {
  it("scenario 19: who may not decide is told who may, and why; it is recorded", async () => {
    const { thread, shown } = await asked();
    const before = (await refusals()).length;
    const rule = /payments-leads \(Boris Novak\) decides, by rule payments-merge/;
    const carla = await approve("U0CARLA", shown.ts);
    expect(carla).toMatch(/not yours to decide/);
    expect(carla).toMatch(rule);
    const anna = await approve("U0ANNA", shown.ts);
    expect(anna).toMatch(/asked for this yourself/);
    expect(anna).toMatch(rule);
    const reject = await press(product(), { as: "U0CARLA", channel, ts: shown.ts, button: "reject" });
    expect(reject).toMatch(rule);
    // A guest, and somebody whom Slack does not know.
    const payload = payloadOf(shown);
    const as = (id: string): Payload => ({ ...payload, user: { ...(payload["user"] as Payload), id } });
    expect(await forged(as("U0HUGO"))).toMatch(/guests/i);
    expect(await forged(as("U0NOBODY"))).toMatch(/does not know/);

    const rows = (await refusals()).slice(before);
    expect(rows.map(({ actor, fields }) => [actor, fields["click"], fields["answer"]])).toEqual([
      ["mail:carla@example.com", "approve", "not_eligible"],
      ["mail:anna@example.com", "approve", "not_eligible"],
      ["mail:carla@example.com", "reject", "not_eligible"],
      ["mail:hugo@example.com", "approve", "not_eligible"],
      ["slack:T0NORTHWIND/U0NOBODY", "approve", "not_eligible"],
    ]);
    expect(rows[0]?.payload?.["text"]).toMatch(rule);
    expect(await votes(valueOf(shown, "approve"))).toBe(0);
    await withdraw(thread, shown);
  });

  it("scenario 19: a lead's own request waits for another lead, and says that there is none", async () => {
    const { slack } = product();
    const { thread, shown } = await asked("U0BORIS");
    await slack.waitFor(() =>
      slack.thread(channel, thread.ts).find((one) => /Nobody else of payments-leads/.test(readable(one))),
    );
    expect(await approve("U0BORIS", shown.ts)).toMatch(/asked for this yourself/);
    expect(await votes(valueOf(shown, "approve"))).toBe(0);
    expect(merges()).toEqual([]);
    await withdraw(thread, shown, "U0BORIS");
  });

  it("scenario 19: text never approves, not even the right person's", async () => {
    const { slack, model } = product();
    const { thread, shown } = await asked();
    const action = valueOf(shown, "approve");
    model.script(
      answers("supervisor", "approved", "Approved. I have merged it."),
      answers("supervisor", "go ahead", "Approved. I have merged it."),
    );
    const says = async (as: string, text: string): Promise<void> => {
      const before = slack.thread(channel, thread.ts).length;
      slack.say({ as, channel, thread_ts: thread.ts, text });
      await slack.waitFor(() => slack.thread(channel, thread.ts)[before + 1], { seconds: 20 });
    };
    await says("U0ANNA", "approved");
    await says("U0BORIS", "approved");
    await says("U0BORIS", "@steward yes, approved, go ahead");

    expect(readable(await card(thread, /Waiting/))).toContain("0 of 1");
    expect(await votes(action)).toBe(0);
    expect(merges()).toEqual([]);
    await withdraw(thread, shown);
  });

  it("scenario 19: rejecting works, and the requester is told who did", async () => {
    const { slack } = product();
    const { thread, shown } = await asked();
    const told = await press(product(), { as: "U0BORIS", channel, ts: shown.ts, button: "reject" });
    expect(told).toBe("Rejected. Nothing will be done.");
    const locked = await card(thread, /Rejected by Boris Novak/);
    expect(buttonsOf(locked)).toEqual([]);
    const answer = await slack.waitFor(
      () =>
        slack
          .thread(channel, thread.ts)
          .find((one) => !readable(one).startsWith(title) && /Rejected by Boris Novak/.test(readable(one))),
      { seconds: 20 },
    );
    expect(readable(answer)).toContain("!482");
    // The buttons are gone; a click that was on its way is told so.
    expect(await forged(elsewhere(payloadFor(shown), { channel, ts: shown.ts }))).toMatch(/rejected already/);
    expect(merges()).toEqual([]);
    await expectSettled(product());
  });
});

/** A click on a button that the card showed earlier. */
const payloadFor = (shown: Message, as = "U0BORIS"): Payload => ({
  type: "block_actions",
  user: { id: as, username: as, team_id: "T0NORTHWIND" },
  api_app_id: "A0STEWARD",
  token: "sandbox",
  trigger_id: randomUUID(),
  team: { id: "T0NORTHWIND", domain: "northwind-pay" },
  enterprise: null,
  is_enterprise_install: false,
  channel: { id: channel, name: "payments-dev" },
  container: { type: "message", message_ts: shown.ts, channel_id: channel, is_ephemeral: false },
  message: { ts: shown.ts, type: "message" },
  actions: [
    { type: "button", action_id: "approve", block_id: "b", value: valueOf(shown, "approve"), action_ts: "1" },
  ],
});

describe("scenario 19: clicks that come late, again, or after a restart", () => {
  it("scenario 19: a card that was refreshed meanwhile is decided as it is now, never as it was", async () => {
    const { gitlab, slack } = product();
    const { thread, shown } = await asked();
    const head = gitlab.others.push("payments/ledger-api", 482, "anna").slice(0, 8);
    expect(await approve("U0BORIS", shown.ts)).toMatch(new RegExp(`did not count.*Head: \\w+ → ${head}`));
    const fresh = await card(thread, /Refreshed/);
    expect(fresh.ts).toBe(shown.ts);
    expect(valueOf(fresh, "approve")).not.toBe(valueOf(shown, "approve"));

    const before = (await refusals()).length;
    const late = await privateAnswer(product(), channel, "U0BORIS", async () => {
      const { response_url: url } = payloadOf(fresh) as { response_url: string };
      return slack.forge({ payload: { ...payloadFor(shown), response_url: url } });
    });
    expect(late).toMatch(/replaced by a newer request/);
    expect((await refusals()).slice(before).map(({ fields }) => fields["answer"])).toEqual(["moved"]);
    expect(merges()).toEqual([]);

    expect(await approve("U0BORIS", fresh.ts)).toMatch(/^Approved/);
    await card(thread, /Done/);
    expect(merges()).toHaveLength(1);
    await expectSettled(product());
  });

  it("scenario 19: a click is counted once, and works after a restart", async () => {
    const steward = product();
    const { thread, shown } = await asked();
    await steward.kill();
    await steward.restart();
    const { slack } = steward;
    const before = toldPrivately(steward, channel, "U0BORIS").length;
    const clicks = await Promise.all(
      [1, 2, 3].map(() => slack.click({ as: "U0BORIS", channel, ts: shown.ts, action_id: "approve" })),
    );
    expect(clicks.map(({ status }) => status)).toEqual([200, 200, 200]);
    const told = () => toldPrivately(steward, channel, "U0BORIS").slice(before);
    await expect.poll(told, { timeout: 20_000 }).toHaveLength(3);
    expect(told().filter((text) => text.startsWith("Approved"))).toHaveLength(1);
    expect(told().filter((text) => /already|counts once/.test(text))).toHaveLength(2);
    await card(thread, /Done/);
    expect(await votes(valueOf(shown, "approve"))).toBe(1);
    expect(merges()).toHaveLength(1);
    const late = (await refusals()).slice(-2).map(({ fields }) => String(fields["answer"]));
    expect(late.every((answer) => ["already", "closed"].includes(answer))).toBe(true);
    await expectSettled(steward);
  });

  it("scenario 19: after its time a request is over, and the requester is told", async () => {
    const { database, slack } = product();
    const { thread, shown } = await asked();
    const action = valueOf(shown, "approve");
    await database.pool.query(
      "update steward.action set expires_at = now() - interval '1 second' where id = $1",
      [action],
    );
    expect(await approve("U0BORIS", shown.ts)).toMatch(/expired before it was decided; nothing was done/);
    expect((await refusals()).at(-1)?.fields["answer"]).toBe("expired");
    expect(buttonsOf(await card(thread, /Expired without a decision/))).toEqual([]);
    await slack.waitFor(
      () => slack.thread(channel, thread.ts).find((one) => /Nobody decided in time/.test(readable(one))),
      { seconds: 20 },
    );
    expect(await votes(action)).toBe(0);
    expect(merges()).toEqual([]);
    await expectSettled(product());
  });
});

describe("scenario 19: the list of approvals", () => {
  const list = async (as: string): Promise<string> => {
    const { slack } = product();
    await slack.slash({ as, channel, command: "/steward", text: "approvals" });
    const shown = await slack.waitFor(() => slack.ephemerals(channel, as).at(-1));
    return shown.ts;
  };

  it("scenario 19: its buttons work for the person it was shown to, and for nobody else", async () => {
    const steward = product();
    const { slack } = steward;
    const { thread, shown } = await asked();
    const action = valueOf(shown, "approve");
    const before = (await refusals()).length;

    const own = await list("U0ANNA");
    expect(buttonsOf(slack.ephemerals(channel, "U0ANNA").find(({ ts }) => ts === own) ?? {})).toEqual([]);
    expect(toldPrivately(steward, channel, "U0ANNA").at(-1)).toMatch(
      /Asked by you.*0 of 1 from payments-leads/,
    );

    const ts = await list("U0BORIS");
    const mine = slack.ephemerals(channel, "U0BORIS").find((one) => one.ts === ts) ?? {};
    const value = valueOf(mine, "approve");
    expect(value).not.toBe(action);
    const stolen = payloadOf(shown);
    const carla = { ...stolen, user: { ...(stolen["user"] as Payload), id: "U0CARLA" } };
    const shownToCarla = value.replace("U0BORIS", "U0CARLA");
    // Boris's button pressed by Carla; and re-labelled for her.
    for (const one of [value, shownToCarla]) {
      const copy = slack.say({ as: "U0CARLA", channel, text: "copied" });
      expect(await forged(elsewhere(withValue(carla, one), copy), "U0BORIS")).toMatch(notACard);
    }
    expect((await refusals()).slice(before).map(({ actor, fields }) => [actor, fields["answer"]])).toEqual([
      ["mail:carla@example.com", "forged"],
      ["mail:carla@example.com", "forged"],
    ]);
    expect(await votes(action)).toBe(0);

    const press1 = () => press(steward, { as: "U0BORIS", channel, ts, button: "approve", ephemeral: true });
    expect(await press1()).toMatch(/^Approved/);
    await card(thread, /Done/);
    expect(await press1()).toMatch(/done already/);
    expect(merges()).toHaveLength(1);
    await expectSettled(steward);
  });
});
