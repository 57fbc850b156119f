import { afterEach, describe, expect, it } from "vitest";
import type { Capability } from "../../src/core/capability.ts";
import { TerminalError } from "../../src/core/errors.ts";
import { type Capabilities, openCapabilities } from "../../src/gate/capabilities.ts";
import { serviceCredentials } from "../../src/http/credentials.ts";
import { json } from "./server.ts";
import { failure, type Setup, setup } from "./support.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const grant = (more: Partial<Capability> = {}): Capability => ({
  ...{ tool: "gitlab_job_retry", digest: "d1", target: "Job/1", credential: "service:gitlab" },
  expires: performance.now() + 60_000,
  ...more,
});

const gitlab = { system: "gitlab", as: "service" } as const;

/** A client that asks `capabilities` for each write, before a server that would do anything. */
async function guarded(capabilities: Capabilities = openCapabilities()) {
  const at: { url?: string } = {};
  const opened: Setup = await setup(closers, (response) => json(response, 200, {}), {
    writes: capabilities.objection,
    credentials: {
      header: (ref) =>
        serviceCredentials({
          gitlab: { url: at.url ?? "", secret: { header: "private-token", value: "glpat-service" } },
          crm: { url: at.url ?? "" },
        }).header(ref),
    },
  });
  at.url = opened.server.url;
  return {
    ...opened,
    capabilities,
    write: (capability: Capability | undefined, credential: { system: string; as: "service" } = gitlab) =>
      opened.send({ effect: "write", credential, capability }),
  };
}

const refusedWith = async (promise: Promise<unknown>, why: RegExp) => {
  const error = await failure(promise);
  expect(error).toBeInstanceOf(TerminalError);
  expect(error).toMatchObject({ code: "no_capability" });
  expect(error.message).toMatch(why);
};

describe("a read", () => {
  it.each(["PUT", "PATCH", "DELETE"] as const)(
    "is not done by %s, whatever it calls itself",
    async (method) => {
      const { send, server } = await guarded();
      await refusedWith(send({ method, effect: "read" }), /calls itself a read/);
      expect(server.requests).toEqual([]);
    },
  );
});

describe("a write", () => {
  it("is sent with the capability of its call, and signed", async () => {
    const { capabilities, write, server } = await guarded();
    await capabilities.lend(grant(), write);
    expect(server.requests.map(({ headers }) => headers["private-token"])).toEqual(["glpat-service"]);
  });

  it("without one is refused before anything is sent: reads of a tool have none", async () => {
    const { write, server } = await guarded();
    await refusedWith(write(undefined), /only the executor of approved actions may write/);
    expect(server.requests).toEqual([]);
  });

  it("with one that was written by hand, or copied, is refused", async () => {
    const { capabilities, write, server } = await guarded();
    await refusedWith(write(grant()), /not one that the executor has given out/);
    await capabilities.lend(grant(), async (capability) => {
      await refusedWith(write({ ...capability }), /not one that the executor has given out/);
      await refusedWith(write(structuredClone(capability)), /not one that the executor has given out/);
    });
    expect(server.requests).toEqual([]);
  });

  it("with one of another maker is refused", async () => {
    const { write, server } = await guarded();
    await openCapabilities().lend(grant(), (capability) =>
      refusedWith(write(capability), /not one that the executor/),
    );
    expect(server.requests).toEqual([]);
  });

  it("with one whose call has ended is refused, however the call ended", async () => {
    const { capabilities, write, server } = await guarded();
    const kept: Capability[] = [];
    await capabilities.lend(grant(), async (capability) => kept.push(capability));
    await expect(
      capabilities.lend(grant(), async (capability) => {
        kept.push(capability);
        throw new Error("the system said no");
      }),
    ).rejects.toThrow("the system said no");
    for (const capability of kept) await refusedWith(write(capability), /for a running call/);
    expect(server.requests).toEqual([]);
  });

  it("with the one of another tool's call is refused, while both run", async () => {
    const { capabilities, write, server } = await guarded();
    await capabilities.lend(grant(), async (theirs) => {
      await capabilities.lend(grant({ tool: "gitlab_issue_create" }), async (own) => {
        await refusedWith(write(theirs), /was given to another call/);
        await write(own);
      });
      await write(theirs);
    });
    expect(server.requests).toHaveLength(2);
  });

  it("with one whose time is over is refused", async () => {
    let ms = 0;
    const { capabilities, write, server } = await guarded(openCapabilities(() => ms));
    await capabilities.lend(grant({ expires: 1_000 }), async (capability) => {
      ms = 999;
      await write(capability);
      ms = 1_000;
      await refusedWith(write(capability), /the time in which it may be sent is over/);
    });
    expect(server.requests).toHaveLength(1);
  });

  it("to be signed by another account than was approved is refused", async () => {
    const { capabilities, write, server } = await guarded();
    await capabilities.lend(grant(), (capability) =>
      refusedWith(
        write(capability, { system: "crm", as: "service" }),
        /as service:gitlab, not as service:crm/,
      ),
    );
    expect(server.requests).toEqual([]);
  });

  it("is looked at again after its secret was fetched", async () => {
    let ms = 0;
    const capabilities = openCapabilities(() => ms);
    const { send, server } = await setup(closers, (response) => json(response, 200, {}), {
      writes: capabilities.objection,
      credentials: {
        header: async () => {
          ms = 5_000;
          return undefined;
        },
      },
    });
    await capabilities.lend(grant({ expires: 1_000 }), (capability) =>
      refusedWith(send({ effect: "write", credential: gitlab, capability }), /time .* is over/),
    );
    expect(server.requests).toEqual([]);
  });

  it("cannot have its capability changed", async () => {
    await openCapabilities().lend(grant(), async (capability) => {
      expect(() => Object.assign(capability, { expires: Infinity })).toThrow(TypeError);
    });
  });
});
