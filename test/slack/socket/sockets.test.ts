import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type SlackSim, startSlack } from "../../../sandbox/slack/index.ts";
import type { TakeEnvelope } from "../../../src/slack/socket/connection.ts";
import { holdSockets, type Sockets } from "../../../src/slack/socket/sockets.ts";
import { silent } from "../../support/silent.ts";

const times = { helloMs: 5_000, pingMs: 200, staleMs: 10_000 };
/** Quick to call a socket dead. */
const watchful = { ...times, pingMs: 50, staleMs: 400 };

/** Slack's reply, as the product's own client would give it. */
const address = async (slack: SlackSim, token = slack.appToken): Promise<string> => {
  const reply = await fetch(`${slack.apiUrl}apps.connections.open`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  const { ok, url, error } = (await reply.json()) as { ok: boolean; url: string; error: string };
  if (!ok) throw new Error(error);
  return url;
};

describe("sockets", () => {
  let slack: SlackSim;
  let taken: Record<string, unknown>[];
  let sockets: Sockets;
  let take: TakeEnvelope;

  beforeEach(async () => {
    slack = await startSlack({ transport: "socket", retryDelaysMs: [50, 100, 200] });
    taken = [];
    take = async (envelope, ack) => {
      taken.push(envelope.body as Record<string, unknown>);
      await ack();
    };
    sockets = held(times);
  });
  afterEach(async () => {
    await sockets.stop();
    await slack.stop();
  });

  const held = (how: typeof times): Sockets =>
    holdSockets({
      count: 2,
      address: () => address(slack),
      take: (envelope, ack) => take(envelope, ack),
      times: how,
      log: silent,
    });
  const two = () => vi.waitFor(() => expect([slack.sockets.list().length, sockets.live()]).toEqual([2, 2]));
  const say = (text: string) => slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text });
  const settled = () =>
    slack.waitFor(
      () => slack.deliveries().length > 0 && slack.deliveries().every((one) => one.state === "delivered"),
    );

  it("holds two, and each envelope comes over one of them", async () => {
    await sockets.start();
    await two();
    for (const n of [1, 2, 3, 4]) say(`message ${n}`);
    await settled();
    expect(taken).toHaveLength(4);
    expect(slack.sockets.list().every(({ sent }) => sent > 0)).toBe(true);
  });

  it("loses nothing and leaves no gap while Slack refreshes both under load", async () => {
    await sockets.start();
    await two();
    const first = slack.sockets.list().map(({ id }) => id);
    for (let n = 0; n < 60; n++) {
      say(`message ${n}`);
      if (n === 20) slack.sockets.disconnect("refresh_requested", first[0]);
      // Once the first one has its successor, the other one goes.
      if (n === 40) {
        await slack.waitFor(() => slack.sockets.list().some(({ id }) => !first.includes(id)));
        slack.sockets.disconnect("refresh_requested", first[1]);
      }
      await slack.waitFor(() => slack.deliveries().at(-1)?.attempts.length);
    }
    await settled();
    expect(taken).toHaveLength(60);
    expect(slack.deliveries().flatMap(({ attempts }) => attempts.filter(({ retry }) => retry > 0))).toEqual(
      [],
    );
    await slack.waitFor(() => slack.sockets.list().every(({ id }) => !first.includes(id)));
  });

  it("leaves a warned socket in peace until its successor is there", async () => {
    await sockets.start();
    await two();
    const [warned] = slack.sockets.list();
    slack.sockets.disconnect("warning", warned?.id);
    await slack.waitFor(() => {
      const now = slack.sockets.list();
      return now.length === 2 && now.every(({ id }) => id !== warned?.id);
    });
  });

  it("replaces a socket that is open and dead", async () => {
    sockets = held(watchful);
    await sockets.start();
    await two();
    const [dead] = slack.sockets.list();
    slack.sockets.silence(dead?.id);
    await slack.waitFor(() => slack.sockets.list().every(({ id }) => id !== dead?.id));
    await two();
  });

  it("comes back when both were cut, and what was under way is sent again", async () => {
    await sockets.start();
    await two();
    const cut = Promise.withResolvers<void>();
    take = async (envelope, ack) => {
      taken.push(envelope.body as Record<string, unknown>);
      if (taken.length > 1) return ack();
      for (const { id } of slack.sockets.list()) slack.sockets.cut(id);
      cut.resolve();
    };
    say("in the middle");
    await cut.promise;
    await settled();
    expect(taken.map(({ event_id }) => event_id)).toEqual([taken[0]?.["event_id"], taken[0]?.["event_id"]]);
    await two();
  });

  it("acknowledges what is under way before it stops", async () => {
    await sockets.start();
    await two();
    const begun = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    take = async (_, ack) => {
      begun.resolve();
      await go.promise;
      await ack();
    };
    say("just before the stop");
    await begun.promise;
    const stopped = sockets.stop();
    go.resolve();
    await stopped;
    await settled();
    expect(slack.deliveries()[0]?.attempts).toHaveLength(1);
  });

  it("refuses to start with a token that is not the app's", async () => {
    const wrong = holdSockets({
      count: 2,
      address: () => address(slack, slack.botToken),
      take: (envelope, ack) => take(envelope, ack),
      times,
      log: silent,
    });
    await expect(wrong.start()).rejects.toThrow(/not_allowed_token_type.*SLACK_APP_TOKEN/s);
  });

  it("does not accept an address twice", async () => {
    const url = await address(slack);
    const same = holdSockets({
      count: 1,
      address: () => Promise.resolve(url),
      take: (envelope, ack) => take(envelope, ack),
      times,
      log: silent,
    });
    await same.start();
    slack.sockets.cut();
    await slack.waitFor(() => slack.sockets.list().length === 0);
    await expect(
      holdSockets({
        count: 1,
        address: () => Promise.resolve(url),
        take: (envelope, ack) => take(envelope, ack),
        times,
        log: silent,
      }).start(),
    ).rejects.toThrow(/socket/);
    await same.stop();
  });
});
