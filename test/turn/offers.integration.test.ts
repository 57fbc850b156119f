import { describe, expect, it, vi } from "vitest";
import type { GateTurns } from "../../src/gate/types.ts";
import { freshDatabase } from "../support/database.ts";
import { anna, answer, ask, boris, openWorld } from "./world.ts";

const offer = { tool: "gitlab_job_retry", args: { job: 7 }, label: "Retry job" };
const here = { channel: "C1", ts: "55.5" };

/** An answer with a button that stands in Slack, and a gate with an opinion on pressing it. */
const offered = async (
  objection: GateTurns["objection"] = () => Promise.resolve(undefined),
  more: { form?: true } = {},
) => {
  const store = await freshDatabase();
  let turns = 0;
  const world = await openWorld({
    store,
    script: { start: () => Promise.resolve(answer("ok", turns++ === 0 ? [{ ...offer, ...more }] : [])) },
    gate: { objection },
  });
  await world.intake.accept(ask("why?"));
  await world.work();
  await store.pool.query(`update steward.outbox set state = 'sent', posted_channel = 'C1', ts = '55.5'`);
  const [row] = await world.rows<{ id: string }>(`select id from steward.offer`);
  const kinds = async () =>
    (
      await world.rows<{ kind: string }>(
        `select kind from steward.audit where kind like 'offer.%' order by id`,
      )
    ).map(({ kind }) => kind);
  return { store, world, id: row?.id ?? "", kinds };
};

describe("a button pressed by somebody who may not", () => {
  it("starts nothing, says why, and stays for others", async () => {
    const objection = vi.fn<GateTurns["objection"]>((_, { principal }) =>
      Promise.resolve(principal.user === boris.user ? "Boris may not." : undefined),
    );
    const { world, id, kinds } = await offered(objection);
    expect(await world.turns.acceptOffer(id, boris, here)).toEqual({ fresh: false, text: "Boris may not." });
    expect(objection.mock.calls[0]?.[0]).toEqual({ tool: offer.tool, args: offer.args });
    expect(await world.rows(`select from steward.inbox where kind = 'offer'`)).toEqual([]);
    expect(await world.turns.acceptOffer(id, anna, here)).toEqual({ fresh: true, text: "" });
    expect(await kinds()).toEqual(["offer.refused", "offer.used"]);
  });
});

describe("a button pressed by somebody with a name that Postgres could not hold", () => {
  it("is used, and names them as well as can be", async () => {
    const { world, id } = await offered();
    const odd = { ...anna, name: "An\0na \ud800" };
    expect(await world.turns.acceptOffer(id, odd, here)).toEqual({ fresh: true, text: "" });
    const { text } = await world.turns.acceptOffer(id, boris, here);
    expect(text).toBe("Already used by An\ufffdna \ufffd.");
  });
});

describe("a button that opens a form", () => {
  it("is used up by the form alone, once, whoever opened it first", async () => {
    const objection = vi.fn<GateTurns["objection"]>(() => Promise.resolve("Nobody asked."));
    const { world, id, kinds } = await offered(objection, { form: true });
    const pressed = await world.turns.acceptOffer(id, anna, here);
    expect(pressed).toMatchObject({ fresh: false, text: "", form: { call: { tool: offer.tool } } });
    expect(objection).not.toHaveBeenCalled();
    expect(await kinds()).toEqual([]);
    const conversation = pressed.form?.conversation;
    if (conversation === undefined) throw new Error("no form");
    const forms = [anna, boris].map((person, at) => ({
      ...{ id: `6f9619ff-8b86-4d01-b42d-00cf4fc964f${at}`, person },
      purpose: { kind: "call" as const, ...offer, conversation, question: null, offer: id },
    }));
    for (const form of forms) await world.turns.forms.add(form);
    const call = { conversation, tool: offer.tool, args: { job: 8 }, text: "Retry job 8" };
    const taken = [];
    for (const form of forms) taken.push(await world.turns.forms.submit(form.id, form.person, call));
    expect(taken).toEqual(["stored", "answered"]);
    expect(await world.turns.acceptOffer(id, boris, here)).toMatchObject({ text: "Already used by Anna." });
    await world.work();
    expect(await world.states()).toEqual(["done", "done"]);
  });
});

describe("a button whose turn came to nothing", () => {
  it("can be pressed again, by anybody", async () => {
    const { world, id, kinds } = await offered();
    for (const person of [boris, anna]) {
      expect(await world.turns.acceptOffer(id, person, here)).toMatchObject({ fresh: true });
      await world.work();
    }
    expect(await world.states()).toEqual(["done", "done", "done"]);
    expect(await kinds()).toEqual(["offer.used", "offer.given_back", "offer.used", "offer.given_back"]);
    expect(await world.rows(`select used_by from steward.offer`)).toEqual([{ used_by: null }]);
    // The answer is drawn anew, with its button.
    expect(await world.rows(`select from steward.outbox where kind = 'update'`)).not.toEqual([]);
  });

  it("stays used once it led to an action", async () => {
    const { store, world, id, kinds } = await offered();
    await world.turns.acceptOffer(id, anna, here);
    await store.pool.query(
      `create function steward.leave_an_action() returns trigger language plpgsql as $$
       begin
         if new.state = 'running' then
           insert into steward.action (id, turn, conversation, card, state, tool, system, effect, risk, input, args,
             definition, call_digest, digest, target, target_version, target_detail, preview, principal, requester,
             untrusted, asks, policy_request, policy_digest, credential, nonce, expires_at)
           values (gen_random_uuid(), new.id, new.conversation, gen_random_uuid(), 'failed', 't', 's', 'write', 1, '{}',
             '{}', '', '', '', '', '', '{}', '{}', '{}', '', '{}', '[]', '{}', '', '', '', now());
         end if;
         return null;
       end $$;
       create trigger leave_an_action after insert on steward.turn
         for each row execute function steward.leave_an_action()`,
    );
    await world.work();
    expect(await kinds()).toEqual(["offer.used"]);
    expect(await world.turns.acceptOffer(id, boris, here)).toMatchObject({ text: "Already used by Anna." });
  });
});
