import { WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSlack, type SlackSim } from "../../sandbox/slack/index.ts";
import { type Product, startProduct } from "./slack-product.ts";
import { fieldsOf, readSpec, specsPresent } from "./slack-specs.ts";

const PAYDEV = "C0PAYDEV";
let slack: SlackSim;
let product: Product;
let client: WebClient;

beforeEach(async () => {
  product = await startProduct();
  slack = await startSlack({ productUrl: product.url });
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
afterEach(async () => {
  await slack.stop();
  await product.close();
});

const eventOf = (ts: string) =>
  slack.waitFor(
    () =>
      product.received.find(({ body }) => (body["event"] as { ts?: string } | undefined)?.ts === ts)?.body[
        "event"
      ] as Record<string, unknown> | undefined,
  );

describe("a person's file", () => {
  it("comes as file_share; its bytes want the bot's token", async () => {
    const files = [{ name: "payouts.csv", content: "id,amount\n1,2\n" }];
    const { ts } = slack.say({ as: "U0ANNA", channel: PAYDEV, text: "Look at this", files });
    const event = await eventOf(ts);
    expect(event).toMatchObject({
      type: "message",
      subtype: "file_share",
      text: "Look at this",
      files: [{ name: "payouts.csv", mimetype: "text/csv", size: 14, user: "U0ANNA" }],
    });
    const [{ id = "", url_private_download: url = "" } = {}] = event["files"] as Record<string, string>[];
    const stranger = await fetch(url);
    expect([stranger.status, stranger.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    const mine = await fetch(url, { headers: { authorization: `Bearer ${slack.botToken}` } });
    expect([mine.headers.get("content-type"), await mine.text()]).toEqual(["text/csv", "id,amount\n1,2\n"]);
    expect(await client.files.info({ file: id })).toMatchObject({ file: { id, name: "payouts.csv" } });
  });

  it("in a channel without the bot cannot be seen by it", async () => {
    slack.leave(slack.botUserId, PAYDEV);
    slack.say({ as: "U0ANNA", channel: PAYDEV, text: "", files: [{ name: "a.txt", content: "secret" }] });
    const [file] = slack.files();
    await expect(client.files.info({ file: file?.id ?? "" })).rejects.toThrow("file_not_found");
  });

  it.skipIf(!specsPresent)("has the fields of Slack's own", async () => {
    const { ts } = slack.say({
      as: "U0ANNA",
      channel: PAYDEV,
      text: "x",
      files: [{ name: "a.txt", content: "x" }],
    });
    const known = fieldsOf(readSpec("events/MessageFileSharePayload.json"));
    const strange = [...fieldsOf({ event: await eventOf(ts) })].filter((path) => !known.has(path));
    // Fields of every message that the reference's sample leaves out.
    expect(strange.filter((path) => path.startsWith("/event/files"))).toEqual([]);
  });
});

describe("the app's file", () => {
  it("goes up in three steps and stands in the thread with its comment", async () => {
    const parent = slack.messages(PAYDEV)[0]?.ts ?? "";
    await client.filesUploadV2({
      channel_id: PAYDEV,
      thread_ts: parent,
      filename: "rows.csv",
      content: "a,b\n1,2\n",
      title: "All rows",
      initial_comment: "All 40 rows",
    });
    const message = slack.thread(PAYDEV, parent).at(-1);
    expect(message).toMatchObject({ subtype: "file_share", text: "All 40 rows", bot_id: "B0STEWARD" });
    const [id = ""] = message?.files ?? [];
    expect(slack.fileBytes(id).toString()).toBe("a,b\n1,2\n");
    expect(slack.files()).toMatchObject([{ name: "rows.csv", title: "All rows", user: slack.botUserId }]);
    await client.files.delete({ file: id });
    await expect(client.files.info({ file: id })).rejects.toThrow("file_deleted");
    expect(slack.violations()).toEqual([]);
  });

  it("needs bytes of the announced size, and is completed once", async () => {
    const { upload_url = "", file_id = "" } = await client.files.getUploadURLExternal({
      filename: "a.txt",
      length: 3,
    });
    await expect(client.files.completeUploadExternal({ files: [{ id: file_id }] })).rejects.toThrow(
      "file_not_found",
    );
    expect((await fetch(upload_url, { method: "POST", body: "four" })).status).toBe(404);
    expect((await fetch(upload_url, { method: "POST", body: "abc" })).status).toBe(200);
    expect(await client.files.completeUploadExternal({ files: [{ id: file_id }] })).toMatchObject({
      ok: true,
    });
    await expect(client.files.completeUploadExternal({ files: [{ id: file_id }] })).rejects.toThrow(
      "file_not_found",
    );
    await expect(
      client.files.completeUploadExternal({ files: [{ id: file_id }], channel_id: "C0NONE" }),
    ).rejects.toThrow("channel_not_found");
  });
});
