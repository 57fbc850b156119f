import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { signedEvents } from "../../bench/load/events.ts";
import { readEnvelope } from "../../src/slack/envelope.ts";
import { hear } from "../../src/slack/inbound.ts";

it("makes genuine mentions, each of another conversation", () => {
  const next = signedEvents({
    ...{
      secret: "a signing secret",
      epoch: 1_700_000_000,
      team: "T1",
      bot: "UBOT",
      user: "UANNA",
      channel: "C1",
    },
  });
  const heard = [next(), next()].map((request) => {
    const [head = "", body = ""] = request.split("\r\n\r\n");
    const header = (name: string) => new RegExp(`\r\n${name}: (.*)`).exec(head)?.[1];
    const seconds = header("x-slack-request-timestamp");
    const digest = createHmac("sha256", "a signing secret").update(`v0:${seconds}:${body}`).digest("hex");
    expect(header("x-slack-signature")).toBe(`v0=${digest}`);
    expect(Number(header("content-length"))).toBe(Buffer.byteLength(body));
    const envelope = readEnvelope(JSON.parse(body));
    return envelope === undefined ? { kind: "unknown" } : hear(envelope, "UBOT");
  });
  expect(heard.map((one) => one.kind)).toEqual(["ask", "ask"]);
  expect(new Set(heard.map((one) => "id" in one && one.id)).size).toBe(2);
});
