import { afterEach, describe, expect, it } from "vitest";
import { NeedsConnectionError, RetryableError, TerminalError } from "../../src/core/errors.ts";
import type { Principal } from "../../src/core/principal.ts";
import { serviceCredentials } from "../../src/http/credentials.ts";
import type { Credentials } from "../../src/http/types.ts";
import { json } from "./server.ts";
import { failure, setup } from "./support.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const anna: Principal = {
  ...{
    kind: "person",
    workspace: "T1",
    user: "U1",
    name: "Anna",
    email: "anna@example.com",
    timezone: "UTC",
  },
  ...{ guest: false, external: false, bot: false, active: true },
};
const service = { system: "gitlab", as: "service" } as const;

const open = (credentials?: Credentials) =>
  setup(closers, (response) => json(response, 200, {}), credentials && { credentials });

describe("an account", () => {
  it("signs at the last hop, and only once, whatever headers a tool gives", async () => {
    const { send, server } = await open({
      header: async () => ({
        header: "Authorization",
        value: "Bearer abcdef",
        origins: [new URL(server.url).origin],
      }),
    });
    await send({
      credential: service,
      headers: { authorization: "Bearer mine", Cookie: "a=b", "X-Page": "2" },
    });
    expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer abcdef", "x-page": "2" });
    expect(server.requests[0]?.headers.cookie).toBeUndefined();
  });

  it("may be the person's own", async () => {
    const asked: unknown[] = [];
    const { send, server } = await open({
      header: async (ref) => {
        asked.push(ref);
        return { header: "private-token", value: "hers", origins: [new URL(server.url).origin] };
      },
    });
    await send({ credential: { system: "gitlab", as: { person: anna } } });
    expect(asked).toEqual([{ system: "gitlab", as: { person: anna } }]);
    expect(server.requests[0]?.headers["private-token"]).toBe("hers");
  });

  it("that is not connected says so before anything is sent", async () => {
    const { send, server } = await open({ header: () => Promise.reject(new NeedsConnectionError("gitlab")) });
    expect(await failure(send({ credential: service }))).toMatchObject({
      code: "needs_connection",
      system: "gitlab",
    });
    expect(server.requests).toEqual([]);
  });

  it("is never sent to another system's address, allowed as that may be", async () => {
    const { send, server } = await open(
      serviceCredentials({
        gitlab: { url: "https://gitlab.example.com/", secret: { header: "private-token", value: "glpat-1" } },
      }),
    );
    const error = await failure(send({ credential: service }));
    expect(error).toMatchObject({ code: "credential_elsewhere" });
    expect(error.message).toContain("is for https://gitlab.example.com alone, so nothing was sent");
    expect(server.requests).toEqual([]);
  });

  it("may need no secret at all", async () => {
    const { send, server } = await open(
      serviceCredentials({ gitlab: { url: "https://gitlab.example.com" } }),
    );
    await send({ credential: service });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    [{ system: "payments", as: "service" } as const, /payments has no configuration for a service account/],
    [{ system: "constructor", as: "service" } as const, /constructor has no configuration/],
    [{ system: "gitlab", as: { person: anna } }, /no configuration for people's own accounts/],
  ])("that nobody configured is refused: %j", async (credential, why) => {
    const { send, server } = await open(
      serviceCredentials({ gitlab: { url: "https://gitlab.example.com" } }),
    );
    expect((await failure(send({ credential }))).message).toMatch(why);
    expect(server.requests).toEqual([]);
  });

  it("whose secret cannot be fetched has surely sent nothing", async () => {
    const { send, server } = await open({ header: () => Promise.reject(new Error("the database is away")) });
    const write = await failure(send({ credential: service, effect: "write" }));
    expect(write).toBeInstanceOf(TerminalError);
    expect(write).toMatchObject({ code: "http_not_sent" });
    expect(await failure(send({ credential: service }))).toBeInstanceOf(RetryableError);
    expect(server.requests).toEqual([]);
  });

  it("of a person that the system no longer knows is said to be so; a read is tried once more, a write never", async () => {
    const told: string[] = [];
    const { send, server } = await setup(closers, (response) => json(response, 401, {}), {
      credentials: {
        header: async () => ({
          ...{ header: "private-token", value: `token-${told.length}` },
          origins: [new URL(server.url).origin],
        }),
        refused: async (_, { value }) => {
          told.push(value);
          throw new Error("the database is away");
        },
      },
    });
    const credential = { system: "gitlab", as: { person: anna } };
    expect(await failure(send({ credential }))).toMatchObject({ code: "http_401" });
    expect([told, server.requests.length]).toEqual([["token-0", "token-1"], 2]);
    expect(await failure(send({ credential, effect: "write" }))).toMatchObject({ code: "http_401" });
    expect(server.requests).toHaveLength(3);
  });

  it("is refused by a client that knows none", async () => {
    const { send } = await open();
    expect(await failure(send({ credential: service }))).toMatchObject({ code: "no_credentials" });
  });
});
