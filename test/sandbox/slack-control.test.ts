import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
beforeAll(async () => {
  slack = await startSlack({ events: [] });
});
afterAll(() => slack.stop());
beforeEach(() => slack.reset());

type Reply = Record<string, unknown>;
const get = async (path: string) => (await (await fetch(`${slack.url}/control/${path}`)).json()) as Reply;
const post = async (path: string, body: object) => {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${slack.url}/control/${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: (await reply.json()) as Reply };
};
const api = async (method: string, args: Record<string, string>) => {
  const headers = { authorization: `Bearer ${slack.botToken}` };
  return (await (
    await fetch(slack.apiUrl + method, { method: "POST", headers, body: new URLSearchParams(args) })
  ).json()) as Reply;
};
const channels = (state: Reply) =>
  (state["channels"] as { name: string; unread: number }[]).map(({ name }) => name);

describe("state", () => {
  it("is what a person may see", async () => {
    expect(channels(await get("state?as=U0ANNA"))).toEqual([
      "payments-dev",
      "support",
      "sales",
      "incidents",
      "general",
    ]);
    expect(channels(await get("state?as=U0HUGO"))).toEqual(["general"]);
    expect(await get("state?as=U0HUGO&channel=C0PAYDEV")).toEqual({ error: "U0HUGO may not see C0PAYDEV" });
    expect(String((await get("state?as=U0NOBODY"))["error"])).toContain("U0ANNA (Anna Petrosyan)");
    expect(await get("state?as=U0ANNA")).toMatchObject({
      team: { name: "Northwind Pay" },
      commands: ["/steward"],
      product: { url: null, delivery: "not connected" },
    });
  });

  it("holds a channel's threads, what is private, statuses and unread marks", async () => {
    const [parent] = slack.messages(PAYDEV);
    const ts = parent?.ts ?? "";
    await api("chat.postEphemeral", { channel: PAYDEV, user: "U0ANNA", text: "Only you" });
    await api("assistant.threads.setStatus", { channel_id: PAYDEV, thread_ts: ts, status: "is reading" });
    await post("say", { as: "U0BORIS", channel: PAYDEV, text: "New" });
    const contents = (await get(`state?as=U0ANNA&channel=${PAYDEV}`))["channel"];
    expect(contents).toMatchObject({
      messages: expect.arrayContaining([expect.objectContaining({ ts, reply_count: 2 })]) as object,
      threads: { [ts]: [{ user: "U0BORIS" }, { user: "U0ANNA" }] },
      ephemerals: [{ text: "Only you" }],
      statuses: [{ thread_ts: ts, status: "is reading" }],
    });
    expect((await get(`state?as=U0BORIS&channel=${PAYDEV}`))["channel"]).toMatchObject({ ephemerals: [] });
    const unread = async (as: string) =>
      ((await get(`state?as=${as}`))["channels"] as { id: string; unread: number }[]).find(
        ({ id }) => id === PAYDEV,
      )?.unread;
    expect([await unread("U0ANNA"), await unread("U0BORIS")]).toEqual([1, 0]);
    await post("read", { as: "U0ANNA", channel: PAYDEV });
    expect(await unread("U0ANNA")).toBe(0);
  });
});

describe("commands", () => {
  it("say, edit, delete, and refuse what a person could not do", async () => {
    const said = await post("say", { as: "U0ANNA", channel: PAYDEV, text: "hello @boris" });
    const ts = String(said.body["ts"]);
    expect(slack.messages(PAYDEV).at(-1)).toMatchObject({ ts, text: "hello <@U0BORIS>" });
    await post("edit", { as: "U0ANNA", channel: PAYDEV, ts, text: "hello" });
    expect(slack.messages(PAYDEV).at(-1)?.text).toBe("hello");
    expect(await post("delete", { as: "U0BORIS", channel: PAYDEV, ts })).toMatchObject({
      status: 400,
      body: { error: `${ts} is not a message of U0BORIS` },
    });
    await post("delete", { as: "U0ANNA", channel: PAYDEV, ts });
    expect(slack.messages(PAYDEV).some((message) => message.ts === ts)).toBe(false);
    expect(await post("say", { as: "U0DAN", channel: PAYDEV, text: "a" })).toMatchObject({ status: 400 });
    expect(await post("say", { as: "U0ANNA", chanel: PAYDEV, text: "a" })).toMatchObject({ status: 400 });
    expect((await get("nothing"))["error"]).toBe("no command GET /control/nothing");
    expect((await post("dm", { as: "U0ANNA" })).body).toEqual({ channel: slack.dm("U0ANNA") });
  });

  it("show the record, arm faults and go back to the seed", async () => {
    await post("faults", { method: "chat.postMessage", error: "is_archived" });
    expect(await api("chat.postMessage", { channel: PAYDEV, text: "a" })).toEqual({
      ok: false,
      error: "is_archived",
    });
    await api("chat.postMessage", { channel: PAYDEV, text: "b", colour: "red" });
    await api("auth.test", {});
    expect(await get("calls?method=chat.postMessage")).toMatchObject([
      { args: { text: "a" }, result: "fault", fault: "fault-1" },
      { args: { text: "b" }, result: "invalid_arguments", status: 200 },
    ]);
    expect(await get("violations")).toMatchObject([{ error: "invalid_arguments" }]);
    expect(await get("faults")).toMatchObject([{ happened: 1 }]);
    await post("reset", {});
    expect([await get("calls"), await get("violations"), await get("faults"), await get("delivery")]).toEqual(
      [[], [], [], []],
    );
  });

  it("are not for pages from elsewhere", async () => {
    const headers = { origin: "https://elsewhere.example" };
    expect((await fetch(`${slack.url}/control/state`, { headers })).status).toBe(403);
    const rebound = await new Promise<number | undefined>((resolve, reject) => {
      const url = `${slack.url}/control/state`;
      request(url, { headers: { host: "elsewhere.example" } }, (reply) => resolve(reply.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(rebound).toBe(403);
  });
});

/** Reads a change feed until `count` changes have come. */
async function changes(
  path: string,
  count: number,
  headers: Record<string, string>,
  meanwhile: () => void,
): Promise<Reply[]> {
  const abort = new AbortController();
  const reply = await fetch(`${slack.url}/control/${path}`, { headers, signal: abort.signal });
  meanwhile();
  const found: Reply[] = [];
  let text = "";
  for await (const piece of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    found.push(
      ...blocks
        .flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? [])
        .map((data) => JSON.parse(data) as Reply),
    );
    if (found.length >= count) break;
  }
  abort.abort();
  return found;
}

describe("the change feed", () => {
  const say = (as: string, channel: string, text: string) => slack.say({ as, channel, text });

  it("tells a person of what they may see, and of nothing else", async () => {
    const dm = slack.dm("U0BORIS");
    const seen = await changes("events?as=U0ANNA", 2, {}, () => {
      say("U0BORIS", dm, "private");
      say("U0BORIS", PAYDEV, "one");
      slack.read("U0BORIS", PAYDEV);
      say("U0BORIS", PAYDEV, "two");
    });
    expect(seen).toMatchObject([
      { type: "message.posted", data: { channel: PAYDEV, message: { text: "one" } } },
      { type: "message.posted", data: { message: { text: "two" } } },
    ]);
  });

  it("goes on after the last id that was seen", async () => {
    const [first] = await changes("events", 1, {}, () => say("U0ANNA", PAYDEV, "one"));
    say("U0ANNA", PAYDEV, "two");
    const missed = await changes("events", 1, { "last-event-id": String(first?.["id"]) }, () => undefined);
    expect(missed).toMatchObject([{ data: { message: { text: "two" } } }]);
  });
});

describe("waiting", () => {
  it("ends when it comes, and says what did happen when it does not", async () => {
    const waiting = slack.waitFor(() => slack.messages(PAYDEV).find(({ text }) => text === "now"));
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "now" });
    expect(await waiting).toMatchObject({ user: "U0ANNA" });
    await api("auth.test", {});
    const vain = slack.waitFor(() => false, { seconds: 0.01, what: "the answer" });
    await expect(vain).rejects.toThrow(/waited 0.01 s for the answer\. Last calls: auth\.test ok/);
  });
});
