import { expect, it } from "vitest";
import type { CallContext } from "../../../src/core/tool.ts";
import type { Http, HttpRequest } from "../../../src/http/types.ts";
import { thingRead } from "../../../tools/template/thing-read.ts";

const context: CallContext = {
  principal: {
    ...{ kind: "person", workspace: "T1", user: "U1", name: "Anna", timezone: "UTC" },
    ...{ guest: false, external: false, bot: false, active: true },
  },
  elsewhere: {},
  signal: new AbortController().signal,
  callId: "call-1",
  actsAs: () => "service",
  now: () => new Date("2026-11-20T10:00:00Z"),
};

/** A client that gives one reply and keeps what was asked. */
const answering = (body: unknown) => {
  const asked: HttpRequest[] = [];
  const http: Http = {
    request: (request) => {
      asked.push(request);
      return Promise.resolve({ status: 200, headers: {}, body, cut: false });
    },
    close: () => Promise.resolve(),
  };
  return { http, asked };
};

it("reads one thing, as text that can be no markup", async () => {
  const { http, asked } = answering({ id: "T-12", name: "A *bold* thing", state: "done" });
  const tool = thingRead("https://acme.test", http);
  const { args } = await tool.resolve({ thing: "T-12" }, context);
  const output = await tool.run(args, context);
  expect(output.text).toBe(String.raw`**A \*bold\* thing** (T-12) is done.`);
  expect(asked.map(({ method, url, effect }) => [method, url, effect])).toEqual([
    ["GET", "https://acme.test/things/T-12", "read"],
  ]);
});

it("says what is wrong with a reply of another shape", async () => {
  const tool = thingRead("https://acme.test", answering({ id: 12 }).http);
  await expect(tool.run({ thing: "T-12" }, context)).rejects.toThrow(
    "Acme answered something unexpected (id: ",
  );
});
