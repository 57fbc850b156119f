import { TerminalError } from "../../src/core/errors.ts";
import type {
  Entry,
  Kind,
  NewEntry,
  Owner,
  Pipeline,
  Records,
  Ref,
  StagedKind,
  Values,
  Written,
} from "./port.ts";

export interface MemoryOwner extends Owner {
  team: string;
}

/** What the CRM in memory holds, and how it changes; checks what a real CRM checks. */
export class MemoryWorld {
  readonly records: { [K in Kind]: Records[K][] } = { contact: [], company: [], deal: [], ticket: [] };
  readonly owners: MemoryOwner[] = [];
  readonly pipelines: Record<StagedKind, Pipeline[]> = { deal: [], ticket: [] };
  readonly #links: (readonly [Ref, Ref])[] = [];
  readonly #entries: { entry: Entry; on: Ref }[] = [];
  readonly #now: () => number;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  linked(of: Ref, kind: Kind): string[] {
    return this.#links.flatMap(([a, b]) => {
      if (same(a, of) && b.kind === kind) return [b.id];
      return same(b, of) && a.kind === kind ? [a.id] : [];
    });
  }

  entriesOf(of: Ref): Entry[] {
    return this.#entries
      .filter(({ on }) => same(on, of))
      .map(({ entry }) => entry)
      .toSorted((a, b) => b.at.localeCompare(a.at));
  }

  create<K extends Kind>(kind: K, values: Values[K], links: readonly Ref[]): Written {
    const now = new Date(this.#now()).toISOString();
    const id = `m-${kind}-${++this.#count}`;
    const record = { ...blank[kind], ...(staged(kind) && { pipelineId: this.pipelines[kind][0]?.id }), id };
    this.#check(kind, { ...record, ...values } as Records[K]);
    const made = named(kind, { ...record, ...values, createdAt: now, updatedAt: now } as Records[K]);
    (this.records[kind] as Records[K][]).push(made);
    for (const to of links) this.#links.push([{ kind, id }, to]);
    return { id, updatedAt: now };
  }

  update<K extends Kind>(kind: K, id: string, values: Values[K]): Written {
    const list = this.records[kind] as Records[K][];
    const at = list.findIndex((one) => one.id === id);
    const before = list[at];
    if (before === undefined) throw gone(kind, id);
    // Two changes within one millisecond must still be told apart.
    const moved = new Date(Math.max(this.#now(), Date.parse(before.updatedAt) + 1)).toISOString();
    const after = { ...before, ...values, updatedAt: moved };
    this.#check(kind, after);
    list[at] = named(kind, after);
    return { id, updatedAt: moved };
  }

  log({ kind, text, detail, at, ownerId }: NewEntry, on: Ref): Written {
    const id = `m-${kind}-${++this.#count}`;
    const words = detail === "" ? text : `${text}\n\n${detail}`;
    const entry: Entry = { id, kind, text: words, at: at.toISOString(), done: false, ownerId };
    this.#entries.push({ entry, on });
    return { id, updatedAt: undefined };
  }

  /** What the one that stays does not say is taken from the other, as are its links and entries. */
  merge(kind: Kind, keep: string, remove: string): Written {
    const list = this.records[kind] as Records[Kind][];
    const [kept, removed] = [keep, remove].map((id) => list.find((one) => one.id === id));
    if (kept === undefined || removed === undefined) throw gone(kind, kept === undefined ? keep : remove);
    const missing = Object.entries(removed).filter(
      ([name]) => (kept as unknown as Record<string, unknown>)[name] === undefined,
    );
    for (const [index, [a, b]] of this.#links.entries()) {
      const moved = [a, b].map((one) => (same(one, { kind, id: remove }) ? { kind, id: keep } : one));
      this.#links[index] = [moved[0] ?? a, moved[1] ?? b];
    }
    for (const one of this.#entries) if (same(one.on, { kind, id: remove })) one.on = { kind, id: keep };
    list.splice(list.indexOf(removed), 1);
    return this.update(kind, keep, Object.fromEntries(missing) as Values[Kind]);
  }

  #check(kind: Kind, record: Records[Kind]): void {
    if (record.ownerId !== undefined && !this.owners.some(({ id }) => id === record.ownerId)) {
      throw new TerminalError("crm_400", `There is no owner ${record.ownerId}.`);
    }
    if (!staged(kind)) return;
    const { pipelineId, stageId } = record as Records["deal"];
    const pipeline = this.pipelines[kind].find(({ id }) => id === pipelineId);
    if (pipeline?.stages.some(({ id }) => id === stageId) !== true) {
      throw new TerminalError("crm_400", `There is no stage ${stageId} in the pipeline ${pipelineId}.`);
    }
  }
}

const same = (a: Ref, b: Ref): boolean => a.kind === b.kind && a.id === b.id;
const staged = (kind: Kind): kind is StagedKind => kind === "deal" || kind === "ticket";
const gone = (kind: Kind, id: string) => new TerminalError("crm_404", `There is no ${kind} ${id}.`);

const none = { ownerId: undefined, name: "" };
const blank: Record<Kind, object> = {
  contact: {
    ...none,
    firstName: undefined,
    lastName: undefined,
    email: undefined,
    phone: undefined,
    jobTitle: undefined,
  },
  company: { ...none, domain: undefined, industry: undefined, city: undefined },
  deal: {
    ...none,
    stageId: "",
    amount: undefined,
    currency: undefined,
    closeDate: undefined,
    description: undefined,
  },
  ticket: { ...none, stageId: "", description: undefined, priority: undefined, cause: undefined },
};

/** People's names are made of their parts. */
function named<K extends Kind>(kind: K, record: Records[K]): Records[K] {
  if (kind !== "contact") return record;
  const { firstName, lastName, email, id } = record as Records["contact"];
  return { ...record, name: [firstName, lastName].filter(Boolean).join(" ") || email || `contact ${id}` };
}
