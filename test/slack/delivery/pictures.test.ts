import type { KnownBlock } from "@slack/types";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SlackSim, startSlack } from "../../../sandbox/slack/index.ts";
import { openUploads } from "../../../src/cli/uploads.ts";
import { slackClient } from "../../../src/slack/client.ts";
import { withPictures } from "../../../src/slack/delivery/pictures.ts";
import { scheduleCalls } from "../../../src/slack/delivery/schedule.ts";
import { withoutNewer } from "../../../src/slack/views/older-blocks.ts";
import { renderPages } from "../../../src/slack/markdown/render.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const drawn = (chart: unknown): KnownBlock[] =>
  renderPages(`Words.\n\n\`\`\`chart\n${JSON.stringify(chart)}\n\`\`\``, { allowed: () => false }).flatMap(
    ({ blocks }) => blocks,
  );
const line = {
  ...{ type: "area", title: "Red <b>pipelines</b>", labels: ["Mon", "Tue & Wed"], x: "day", y: "count" },
  series: [{ name: "red", values: [3, 1] }],
};
const pie = { type: "pie", title: "Deals", labels: ["won", "lost"], values: [3, 1] };

let sim: SlackSim;
let uploads: ReturnType<typeof openUploads>;
const picturesOf = (blocks: KnownBlock[]) =>
  withPictures(blocks, {
    calls: scheduleCalls(slackClient(sim.botToken, sim.apiUrl, silent)),
    files: uploads,
    log: silent,
  });

beforeEach(async () => {
  sim = await startSlack();
  uploads = openUploads(sim.apiUrl);
});
afterEach(async () => {
  await uploads.close();
  await sim.stop();
});

describe("a chart where Slack refuses charts", () => {
  it.each([
    ["lines", line, "Red <b>pipelines</b> red, Mon 3, Tue & Wed 1"],
    ["a pie", pie, "Deals, won 3, lost 1"],
  ])("is a picture that says what it shows: %s", async (_, chart, said) => {
    const blocks = await picturesOf(drawn(chart));
    expect(blocks?.map(({ type }) => type)).toEqual(["rich_text", "image"]);
    const [file] = sim.files();
    expect(blocks?.[1]).toEqual({ type: "image", slack_file: { id: file?.id }, alt_text: said });
    expect(file?.mimetype).toBe("image/png");
    expect(file?.bytes?.subarray(1, 4).toString()).toBe("PNG");
    // A picture without its labels would be smaller: text needs the font that comes along.
    expect(file?.bytes?.length).toBeGreaterThan(15_000);
    expect(file?.shares).toEqual([]);
  });

  it("is none where the picture cannot be brought, and its numbers stand in lines", async () => {
    sim.fault({ method: "files.getUploadURLExternal", error: "internal_error" });
    const blocks = drawn(line);
    expect(await picturesOf(blocks)).toBeUndefined();
    const text = JSON.stringify(withoutNewer(blocks));
    expect(text).toContain(String.raw`Red <b>pipelines</b>  |  red\nMon  |  3\nTue & Wed  |  1`);
  });

  it("costs nothing where there is none", async () => {
    expect(
      await picturesOf(renderPages("Words.", { allowed: () => false }).flatMap(({ blocks }) => blocks)),
    ).toBeUndefined();
    expect(sim.calls("files.getUploadURLExternal")).toEqual([]);
  });
});
