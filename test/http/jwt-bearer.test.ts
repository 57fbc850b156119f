import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { jwtBearer } from "../../src/http/jwt-bearer.ts";
import type { Http, HttpRequest } from "../../src/http/types.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const settings = {
  system: "Salesforce",
  tokenUrl: "https://example.my.salesforce.example/services/oauth2/token",
  audience: "https://login.salesforce.example",
  clientId: "app",
  subject: "steward@example.com",
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
};

/** A sign-in that answers what it is told to, and a clock that is moved. */
const bench = (answer: (nth: number) => unknown = (nth) => ({ access_token: `t${nth}` })) => {
  const sent: HttpRequest[] = [];
  const at = { now: Date.parse("2026-11-20T10:00:00Z") };
  const http: Http = {
    request: (request) => {
      sent.push(request);
      return Promise.resolve({ status: 200, headers: {}, body: answer(sent.length), cut: false });
    },
    close: () => Promise.resolve(),
  };
  const session = jwtBearer(
    settings,
    () => http,
    () => at.now,
  );
  return { sent, at, session };
};

it("signs a statement that is good for three minutes, and is no write", async () => {
  const { sent, session } = bench();
  expect(await session.secret()).toEqual({ header: "authorization", value: "Bearer t1" });
  expect(sent[0]).toMatchObject({ url: settings.tokenUrl, effect: "read", expect: "json" });
  const form = new URLSearchParams(sent[0]?.body as string);
  const [, claims = ""] = (form.get("assertion") ?? "").split(".");
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({
    iss: "app",
    sub: "steward@example.com",
    aud: "https://login.salesforce.example",
    exp: Date.parse("2026-11-20T10:03:00Z") / 1000,
  });
});

it("shares one sign-in, keeps it for ten minutes, and begins another when it was dropped", async () => {
  const { sent, at, session } = bench();
  await Promise.all([session.secret(), session.secret()]);
  at.now += 599_000;
  await session.secret();
  expect(sent).toHaveLength(1);
  at.now += 2_000;
  expect((await session.secret()).value).toBe("Bearer t2");
  session.drop();
  expect((await session.secret()).value).toBe("Bearer t3");
});

it("keeps no failure, and says what is to be checked", async () => {
  const { session } = bench((nth) => (nth === 1 ? { error: "no" } : { access_token: "late" }));
  await expect(session.secret()).rejects.toThrow("without a session. An operator checks its settings.");
  expect((await session.secret()).value).toBe("Bearer late");
});
