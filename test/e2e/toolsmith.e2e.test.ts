import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import type { Message } from "../../sandbox/slack/types.ts";
import { importApi } from "../../src/cli/tool/import.ts";
import { press } from "../support/clicks.ts";
import { expectSettled } from "../support/settled.ts";
import { readable } from "../support/slack-text.ts";
import { type Steward, startSteward } from "../steward.ts";
import { apiFolder, openApi, token } from "../tools/openapi/support.ts";

/** The toolsmith's path, as tools/README.md tells it: from an OpenAPI document to a gated tool that is called from Slack. */

const document = `openapi: 3.1.0
info: { title: Desk booking, version: "1" }
paths:
  /desks/{desk}/bookings/{day}:
    parameters:
      - { name: desk, in: path, required: true, schema: { type: string } }
      - { name: day, in: path, required: true, schema: { type: string, format: date } }
    get: { summary: Who has a desk on a day }
    put:
      summary: Book a desk for a day
      requestBody:
        content: { application/json: { schema: { type: object, required: [person], properties: { person: { type: string } } } } }
  /admin/reset: { post: { summary: Delete all bookings } }
`;

/** What a toolsmith answers to the questions of the proposed file. */
const answers: [string, string][] = [
  ['owner: "?"', "owner: workplace-team"],
  ['untrusted: "?"', "untrusted: false"],
  ['effect: "?"', "effect: write"],
  ['risk: "?"', "risk: R1"],
  [
    'summary: "?"',
    'summary: Book desk {desk} on {day} for {person}\n    read: { op: "GET /desks/{desk}/bookings/{day}", before: { person: person } }',
  ],
  ["examples: []", "examples:\n      - who has desk {desk} on {day}?"],
  ["examples: []", "examples:\n      - book desk {desk} on {day}"],
];

it("leads from a document to a tool that people call and decide on in Slack", async () => {
  const bookings = new Map<string, string>();
  const api = await openApi(({ method, path, body }) => {
    if (method === "PUT") bookings.set(path, (body as { person: string }).person);
    return { body: { person: bookings.get(path) ?? "nobody" } };
  });
  const config = await apiFolder({ "desk.openapi.yml": document });
  vi.stubEnv("STEWARD_CONFIG", config);
  const wanted = ["GET /desks/{desk}/bookings/{day}", "PUT /desks/{desk}/bookings/{day}"];
  await importApi(config, join(config, "desk.openapi.yml"), { name: "desk", wanted, show: false });
  vi.unstubAllEnvs();
  const file = join(config, "tools", "apis", "desk.yml");
  const proposed = await readFile(file, "utf8");
  const text = answers.reduce((made, [asked, answer]) => made.replace(asked, answer), proposed);
  await writeFile(file, text);

  const steward = await startSteward(
    { config, env: { DESK_URL: api.url, DESK_TOKEN: token } },
    onTestFinished,
  );
  const { slack } = steward;
  const channel = slack.dm("U0DAN");
  const type = (text: string) => slack.slash({ as: "U0DAN", channel: "C0SALES", command: "/steward", text });
  await type("do desk_booking_get desk=4-12 day=2026-11-23");
  await slack.waitFor(() => everything(steward, channel).find((text) => text.includes("nobody")), {
    seconds: 30,
    what: "who has the desk",
  });

  await type("do desk_booking_set desk=4-12 day=2026-11-23 person=Anna");
  const card = await slack.waitFor(
    () =>
      messagesIn(steward, channel).find(
        (one) =>
          /Book desk 4-12 on 2026-11-23 for Anna/.test(readable(one)) && readable(one).includes("Waiting"),
      ),
    { seconds: 30, what: "the card" },
  );
  expect(readable(card)).toMatch(/nobody\s+→\s+Anna/);
  expect(bookings.size).toBe(0);
  expect(await press(steward, { as: "U0DAN", channel, ts: card.ts, button: "approve" })).toMatch(/^Approved/);
  await slack.waitFor(() => bookings.size > 0, { seconds: 30, what: "the booking" });
  expect(api.seen.filter(({ method }) => method === "PUT").map(({ body }) => body)).toEqual([
    { person: "Anna" },
  ]);
  await expectSettled(steward);
  expect(JSON.stringify([steward.log(), everything(steward, channel)])).not.toContain(token);
});

const messagesIn = ({ slack }: Steward, channel: string): Message[] =>
  slack.messages(channel).flatMap(({ ts }) => slack.thread(channel, ts));
const everything = (steward: Steward, channel: string): string[] =>
  messagesIn(steward, channel).map(readable);
