import { MemoryWorld } from "./memory-world.ts";
import type { Pipeline, Ref } from "./port.ts";

const dayMs = 86_400_000;

const pipeline = (
  id: string,
  label: string,
  stages: readonly [string, number | undefined, boolean][],
): Pipeline => ({
  id,
  label,
  stages: stages.map(([name, probability, closed]) => ({
    id: `${id}-${name.toLowerCase().replaceAll(" ", "-")}`,
    label: name,
    closed,
    probability,
  })),
});

/** A few customers, deals and tickets to try things on; dates count from now. */
export function demoWorld(startedAt: number, now: () => number = Date.now): MemoryWorld {
  const world = new MemoryWorld(now);
  const owner = (id: string, name: string, email: string, team: string) =>
    world.owners.push({ id, name, email, team });
  owner("o-dan", "Dan Whitfield", "dan@example.com", "sales");
  owner("o-mei", "Mei Tanaka", "mei@example.com", "sales");
  owner("o-carla", "Carla Mendes", "carla@example.com", "support");
  world.pipelines.deal.push(
    pipeline("sales", "Sales pipeline", [
      ["Qualification", 0.2, false],
      ["Proposal", 0.4, false],
      ["Negotiation", 0.8, false],
      ["Closed won", 1, true],
      ["Closed lost", 0, true],
    ]),
  );
  world.pipelines.ticket.push(
    pipeline("support", "Support pipeline", [
      ["New", undefined, false],
      ["Waiting on us", undefined, false],
      ["Closed", undefined, true],
    ]),
  );
  const inDays = (days: number) => new Date(startedAt + days * dayMs).toISOString().slice(0, 10);
  const company = (name: string, domain: string): Ref => ({
    kind: "company",
    id: world.create("company", { name, domain, ownerId: "o-dan" }, []).id,
  });
  const contact = (firstName: string, lastName: string, email: string, at: Ref): Ref => ({
    kind: "contact",
    id: world.create("contact", { firstName, lastName, email }, [at]).id,
  });
  const deal = (
    name: string,
    stage: string,
    amount: number,
    days: number,
    ownerId: string,
    links: Ref[],
  ): Ref => {
    const values = { name, stageId: `sales-${stage}`, amount, closeDate: inDays(days), ownerId };
    return { kind: "deal", id: world.create("deal", values, links).id };
  };
  const [globex, initech, corp] = [
    company("Globex", "globex.example"),
    company("Initech", "initech.example"),
    company("Acme Corp", "corp.example"),
  ];
  const dana = contact("Dana", "Reyes", "dana.reyes@globex.example", globex);
  const peter = contact("Peter", "Gibbons", "peter@initech.example", initech);
  const ines = contact("Ines", "Costa", "acme@corp.example", corp);
  const first = deal("Globex", "proposal", 40_000, 40, "o-dan", [globex, dana]);
  deal("Initech platform licence", "negotiation", 120_000, 25, "o-dan", [initech, peter]);
  deal("Initech support add-on", "proposal", 8_000, 12, "o-mei", [initech]);
  deal("Acme Corp onboarding", "closed-won", 22_000, -60, "o-dan", [corp, ines]);
  deal("Pied Piper audit", "proposal", 5_000, 15, "o-carla", []);
  const ticket = (name: string, stage: string, cause: string, priority: "low" | "high", who: Ref) =>
    world.create("ticket", { name, stageId: `support-${stage}`, cause, priority, ownerId: "o-carla" }, [who]);
  ticket("Payout 77120 has not arrived", "new", "BILLING_ISSUE", "high", ines);
  ticket("How do we change our billing address?", "closed", "GENERAL_INQUIRY", "low", peter);
  const at = new Date(startedAt - 3 * dayMs);
  world.log(
    { kind: "note", text: "Dana likes the proposal and asks about single sign-on.", detail: "", at },
    first,
  );
  return world;
}
