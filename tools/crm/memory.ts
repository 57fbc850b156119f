import { TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { demoWorld } from "./memory-demo.ts";
import type { MemoryOwner, MemoryWorld } from "./memory-world.ts";
import type { CrmPort, Kind, Page, Query, Records, Ref } from "./port.ts";

const everyKind: readonly Kind[] = ["contact", "company", "deal", "ticket"];

/**
 * A CRM in this process's memory: for demos (`STEWARD_CRM=memory`) and for tests. People are known by their mail
 * address; deals are seen by their owner's team. A restart forgets what was changed.
 */
export function memoryCrm(now: () => number, world: MemoryWorld = demoWorld(now())): CrmPort {
  const meOf = ({ principal }: CallContext): MemoryOwner | undefined =>
    world.owners.find(({ email }) => email === principal.email?.toLowerCase());
  const seen = (kind: Kind, { ownerId }: { ownerId: string | undefined }, context: CallContext): boolean => {
    const owner = world.owners.find(({ id }) => id === ownerId);
    return kind !== "deal" || owner === undefined || owner.team === meOf(context)?.team;
  };
  const all = <K extends Kind>(kind: K, context: CallContext): Records[K][] =>
    world.records[kind].filter((one) => seen(kind, one, context)) as Records[K][];
  const linkedWith = (of: Ref, kind: Kind): ReadonlySet<string> => new Set(world.linked(of, kind));

  /** What fits by its own words; else what belongs to a company that does. */
  function fitting<K extends Kind>(kind: K, { text }: Query, context: CallContext): Records[K][] {
    const records = all(kind, context);
    if (text === undefined) return records;
    const own = records.filter((one) => hasWords(one, text));
    if (own.length > 0 || (kind !== "deal" && kind !== "ticket")) return own;
    const ids = new Set(customersCalled(text).flatMap((of) => [...linkedWith(of, kind)]));
    return records.filter(({ id }) => ids.has(id));
  }

  /** Companies and contacts of that name, and the companies' contacts. */
  function customersCalled(text: string): Ref[] {
    const named = (kind: "company" | "contact"): Ref[] =>
      world.records[kind].filter((one) => hasWords(one, text)).map(({ id }) => ({ kind, id }));
    const companies = named("company");
    const theirs = companies.flatMap((of) => world.linked(of, "contact"));
    return [...companies, ...named("contact"), ...theirs.map((id): Ref => ({ kind: "contact", id }))];
  }

  return {
    name: "the demo CRM",
    accountKey: undefined,
    lagMs: 1,
    isId: (text) => /^m-[a-z]+-\d+$/.test(text),
    supports: () => Promise.resolve({ kinds: everyKind, merges: everyKind }),
    me: (context) => Promise.resolve(meOf(context)),
    find: (kind, query, context) => {
      const found = fitting(kind, query, context).filter((one) => passes(one, query));
      return Promise.resolve(pageOf(kind, found, query.rowsMax));
    },
    get: (kind, id, context) => Promise.resolve(all(kind, context).find((one) => one.id === id)),
    linked: (of, kind, rowsMax, context) => {
      const ids = linkedWith(of, kind);
      const found = all(kind, context).filter(({ id }) => ids.has(id));
      return Promise.resolve(
        found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, rowsMax),
      );
    },
    timeline: (of, rowsMax) => Promise.resolve(world.entriesOf(of).slice(0, rowsMax)),
    pipelines: (kind) => Promise.resolve(world.pipelines[kind]),
    owners: () => Promise.resolve(world.owners),
    create: async (kind, values, links) => world.create(kind, values, links),
    update: async (kind, id, values) => world.update(kind, id, values),
    log: async (entry, on) => world.log(entry, on),
    merge: async (kind, keep, remove) => {
      if (keep === remove) throw new TerminalError("crm_400", "A record cannot be merged into itself.");
      return world.merge(kind, keep, remove);
    },
  };
}

/** Each word begins a word of the name, the mail address or the domain. */
function hasWords(record: Records[Kind], text: string): boolean {
  const told = [
    record.name,
    ...("email" in record ? [record.email] : []),
    ...("domain" in record ? [record.domain] : []),
  ];
  const own = told.flatMap((one) => (one ?? "").toLowerCase().split(/[^\p{L}\p{N}.@-]+/u));
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => own.some((token) => token.startsWith(word)));
}

function passes(record: Records[Kind], query: Query): boolean {
  const stage = "stageId" in record ? record.stageId : "";
  const closes = "closeDate" in record ? (record.closeDate ?? "") : "";
  return (
    (query.ownerId === undefined || record.ownerId === query.ownerId) &&
    (query.stageIds === undefined || query.stageIds.includes(stage)) &&
    (query.closesFrom === undefined || closes >= query.closesFrom) &&
    (query.closesTo === undefined || (closes !== "" && closes <= query.closesTo)) &&
    (query.createdSince === undefined || record.createdAt >= query.createdSince)
  );
}

function pageOf<K extends Kind>(kind: K, found: Records[K][], rowsMax: number): Page<Records[K]> {
  const key = (one: Records[K]): string =>
    kind === "deal"
      ? ((one as Records["deal"]).closeDate ?? "9999")
      : kind === "ticket"
        ? one.createdAt
        : one.name;
  const sign = kind === "ticket" ? -1 : 1;
  const records = found.toSorted((a, b) => sign * key(a).localeCompare(key(b)));
  return { records: records.slice(0, rowsMax), total: records.length, more: false };
}
