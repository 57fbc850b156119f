import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SlackSim, startSlack } from "../../../sandbox/slack/index.ts";
import { openUploads } from "../../../src/cli/uploads.ts";
import { slackClient } from "../../../src/slack/client.ts";
import { type DrawnFile, isFile, sendFile } from "../../../src/slack/delivery/files.ts";
import type { OutboxItem } from "../../../src/slack/delivery/ports.ts";
import { scheduleCalls } from "../../../src/slack/delivery/schedule.ts";

const channel = "C0PAYDEV";
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const drawn: DrawnFile = {
  ...{ name: "table", extension: "csv", title: "Table", comment: "The whole table: 40 rows." },
  bytes: new TextEncoder().encode("a,b\r\n1,ä\r\n"),
};

let sim: SlackSim;
let uploads: ReturnType<typeof openUploads>;
let crashed: string[];

beforeEach(async () => {
  sim = await startSlack();
  uploads = openUploads(sim.apiUrl);
  crashed = [];
});
afterEach(async () => {
  await uploads.close();
  await sim.stop();
});

const item = (more: Partial<OutboxItem> = {}): OutboxItem => {
  const id = randomUUID();
  return {
    ...{ id, post: id, channel, workspace: "T1", threadTs: null, kind: "post", view: { view: "file" } },
    ...{ attempts: 0, createdAt: new Date(), standing: null, previews: [] },
    ...more,
  };
};
const send = (row: OutboxItem, where = row.channel, draw: DrawnFile | null = drawn) =>
  sendFile(row, where, {
    calls: scheduleCalls(slackClient(sim.botToken, sim.apiUrl, silent)),
    files: { draw: () => Promise.resolve(draw ?? undefined), upload: uploads.upload },
    crash: (point) => void crashed.push(point),
  });
const shared = (where: string) => sim.messages(where).filter(({ files }) => (files ?? []).length > 0);

describe("a file of an answer", () => {
  it("stands in the thread with its bytes and a word about it", async () => {
    const { ts } = sim.say({ as: "U0ANNA", channel, text: "hello" });
    const row = item({ threadTs: ts });
    await send(row);
    const message = sim.thread(channel, ts).at(-1);
    expect(message).toMatchObject({ thread_ts: ts, text: drawn.comment });
    const [file] = sim.files();
    expect(file).toMatchObject({ name: `table-${row.id.slice(0, 8)}.csv`, title: "Table" });
    expect(file?.bytes?.toString()).toBe("a,b\r\n1,ä\r\n");
    expect(crashed).toEqual(["file-uploaded", "file-shared"]);
  });

  it("is looked for before it is shared again: one stands, also when the first try's reply was lost", async () => {
    const row = item();
    sim.fault({ method: "files.completeUploadExternal", kind: "accept-then-drop" });
    await expect(send(row)).rejects.toThrow("did not answer");
    await send({ ...row, attempts: 1 });
    expect(shared(channel)).toHaveLength(1);
    expect(crashed).toEqual(["file-uploaded"]);
  });

  it("is shared by the next try where the first one only uploaded it", async () => {
    const row = item({ attempts: 1 });
    await send(row);
    expect(shared(channel)).toHaveLength(1);
  });

  it("goes into a person's direct messages without the thread of the channel", async () => {
    const { ts } = sim.say({ as: "U0ANNA", channel, text: "hello" });
    await send(item({ channel: "U0ANNA", threadTs: ts }), sim.dm("U0ANNA"));
    const [message] = shared(sim.dm("U0ANNA"));
    expect(message?.thread_ts).toBeUndefined();
    expect(shared(channel)).toEqual([]);
  });

  it("is nothing where there is nothing to draw any more", async () => {
    expect(await send(item(), channel, null)).toBeNull();
    expect(sim.calls("files.getUploadURLExternal")).toEqual([]);
    expect(isFile({ view: { view: "answer" } })).toBe(false);
  });
});
