import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { follow, splitEvents } from "../../sandbox/host/follow.ts";
import { Product } from "../../sandbox/host/product.ts";
import { Hub } from "../../sandbox/host/hub.ts";
import { listenForPage, PortTakenError } from "../../sandbox/host/serve.ts";
import { readSettings } from "../../sandbox/host/settings.ts";
import { askedBy, WaitingList } from "../../sandbox/host/waiting.ts";
import { startSlack } from "../../sandbox/slack/index.ts";

const audience = {
  people: [
    { id: "U0ANNA", real_name: "Anna Petrosyan", bot: false },
    { id: "U0BORIS", real_name: "Boris Novak", bot: false },
    { id: "U0ELIF", real_name: "Elif Kaya", bot: false },
  ],
  usergroups: [{ id: "S1", users: ["U0BORIS", "U0ELIF"] }],
};
const approve = {
  type: "actions",
  elements: [{ type: "button", action_id: "approve", text: { text: "Approve" } }],
};
const words = (...elements: object[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const card = (...elements: object[]) => ({
  ts: "1.0",
  thread_ts: "0.5",
  text: "Merge",
  blocks: [
    { type: "header", text: { type: "plain_text", text: "Merge a merge request" } },
    words(...elements),
    approve,
  ],
});

describe("who has an approval waiting", () => {
  it("is told by the people and groups that the card mentions", () => {
    expect(askedBy(card({ type: "user", user_id: "U0BORIS" }), audience)).toEqual(["U0BORIS"]);
    expect(askedBy(card({ type: "usergroup", usergroup_id: "S1" }), audience)).toEqual(["U0BORIS", "U0ELIF"]);
  });

  it("is the requester where nobody is mentioned", () => {
    const elements = [
      { type: "text", text: "Asked by: " },
      { type: "text", text: "Anna Petrosyan" },
      { type: "text", text: " in a direct message" },
    ];
    expect(askedBy(card(...elements), audience)).toEqual(["U0ANNA"]);
  });

  it("is nobody once the button is gone", () => {
    const list = new WaitingList(audience);
    const shown = card({ type: "user", user_id: "U0BORIS" });
    expect(list.take("message.posted", { channel: "C1", message: shown })).toBe(true);
    expect(list.byPerson()).toEqual({
      U0BORIS: [{ channel: "C1", ts: "1.0", thread_ts: "0.5", title: "Merge a merge request" }],
    });
    const locked = { ...shown, blocks: shown.blocks.slice(0, 2) };
    expect(list.take("message.changed", { channel: "C1", message: locked })).toBe(true);
    expect(list.byPerson()).toEqual({});
    expect(list.take("message.changed", { channel: "C1", message: locked })).toBe(false);
  });
});

describe("a stream of events", () => {
  it("is split where events end, and keeps what has not ended", () => {
    const { events, rest } = splitEvents('id: 7\nevent: a.b\ndata: {"x":1}\n\n: sign\n\ndata: tail');
    expect(events).toEqual([{ id: "7", event: "a.b", data: '{"x":1}' }]);
    expect(rest).toBe("data: tail");
  });

  it("says what came instead of it", async () => {
    const server = createServer((_, response) => response.writeHead(503).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(follow(url, new AbortController().signal, () => {})).rejects.toThrow(
      "503 instead of a stream",
    );
  });
});

describe("the settings", () => {
  it("give the product models' settings, and nothing else of the person's own", () => {
    const { passed, port } = readSettings({
      PATH: "/bin",
      OPENAI_API_KEY: "sk-1",
      STEWARD_MODEL_FAST: "small",
      AWS_SECRET_ACCESS_KEY: "hidden",
      GITLAB_TOKEN: "hidden",
      SLACK_BOT_TOKEN: "hidden",
      STEWARD_CONFIG: "mine",
    });
    expect(port).toBe(3000);
    expect(passed).toEqual({
      PATH: "/bin",
      OPENAI_API_KEY: "sk-1",
      STEWARD_MODEL_FAST: "small",
      STEWARD_CONFIG: resolve("mine"),
    });
  });

  it("teach what a port is", () => {
    expect(() => readSettings({ PORT: "three" })).toThrow('PORT is "three": expected a whole number');
  });
});

/** A page's server over a Slack simulator. */
const host = async () => {
  const slack = await startSlack();
  const folder = await mkdtemp(join(tmpdir(), "steward-page-"));
  await writeFile(join(folder, "index.html"), "<title>page</title>");
  const server = await listenForPage(0);
  const hub = new Hub(slack.url, () => undefined);
  const about = () => ({ product: "ready" });
  const systems = { slack: slack.url, gitlab: slack.url, crm: slack.url };
  server.serve({
    page: Promise.resolve(folder),
    hub,
    systems,
    about,
    audit: () => [],
    app: { shortcuts: [] },
  });
  onTestFinished(async () => {
    hub.stop();
    await server.close();
    await slack.stop();
    await rm(folder, { recursive: true });
  });
  return { slack, hub, url: `http://127.0.0.1:${server.port}`, port: server.port };
};

describe("the page's server", () => {
  it("serves the page and nothing outside its folder", async () => {
    const { url } = await host();
    const page = await fetch(url);
    expect(await page.text()).toContain("page");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'");
    for (const path of ["/assets/%2e%2e/%2e%2e/etc/passwd", "/package.json", "/assets/none.js"])
      expect((await fetch(url + path)).status).toBe(404);
  });

  it("passes commands on to the simulator and its refusals back", async () => {
    const { url, slack } = await host();
    const post = (body: object) =>
      fetch(`${url}/slack/say`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url },
        body: JSON.stringify(body),
      });
    expect((await post({ as: "U0ANNA", channel: "C0PAYDEV", text: "hello" })).status).toBe(200);
    expect(slack.messages("C0PAYDEV").at(-1)?.text).toBe("hello");
    const refused = await post({ as: "U0DAN", channel: "C0PAYDEV", text: "hello" });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("people write only where they are members");
  });

  it("answers no page of elsewhere", async () => {
    const { url } = await host();
    const foreign = await fetch(`${url}/slack/state`, { headers: { origin: "https://evil.example" } });
    expect(foreign.status).toBe(403);
  });

  it("streams the workspace as a person may see it, and what was told before", async () => {
    const { url, slack, hub } = await host();
    hub.tell("about", { product: "ready" });
    const heard: string[] = [];
    const gone = new AbortController();
    const following = follow(`${url}/events?as=U0HUGO&after=0`, gone.signal, ({ event, data }) => {
      heard.push(
        event === "slack" ? (JSON.parse(data) as { data: { channel: string } }).data.channel : event,
      );
    });
    slack.say({ as: "U0ANNA", channel: "C0PAYDEV", text: "not for guests" });
    slack.say({ as: "U0ANNA", channel: "C0GENERAL", text: "for all" });
    await expect.poll(() => heard).toEqual(["about", "audit", "C0GENERAL"]);
    gone.abort();
    await expect(following).rejects.toThrow("abort");
  });

  it("says that its port is taken", async () => {
    const { port } = await host();
    await expect(listenForPage(port)).rejects.toThrow(PortTakenError);
  });
});

describe("the product's process", () => {
  it("is told about by what it said, where it does not start", async () => {
    const folder = await mkdtemp(join(tmpdir(), "steward-product-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const product = new Product({
      env: { PATH: process.env["PATH"] ?? "" },
      logFile: join(folder, "steward.log"),
      up: () => Promise.reject(new Error("it must not come up")),
      down: () => {},
    });
    // Without a Slack token.
    await expect(product.start()).rejects.toThrow(/before it listened[^]*SLACK_BOT_TOKEN is missing/);
    await product.stop();
  });
});
