import pg from "pg";

/** A row of the audit log as the page shows it. */
export interface AuditRow {
  readonly id: number;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: string;
  readonly actor: string;
  readonly conversation: string | null;
  readonly turn: string | null;
  readonly action: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the action does, or what the person was told, where the row keeps words. */
  readonly sentence: string | null;
}

const POLL_MS = 400;
/** Rows that are looked for again: a transaction that began early may commit late, with an id long passed. */
const LOOK_BACK = 200;
const KEPT = 400;

const QUERY = `
  select a.id, a.at, a.kind, a.actor, a.conversation, a.turn, a.action, a.body, p.body as payload
  from steward.audit a left join steward.audit_payload p on p.id = a.payload
  where a.id > $1 order by a.id limit 1000`;

interface Stored {
  id: string;
  at: Date;
  kind: string;
  actor: string;
  conversation: string | null;
  turn: string | null;
  action: string | null;
  body: string;
  payload: string | null;
}

/** Reads the audit log as it grows. It only reads; nothing of the product is asked. */
export class AuditReader {
  readonly #pool: pg.Pool;
  readonly #told: (rows: readonly AuditRow[]) => void;
  readonly #rows = new Map<number, AuditRow>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #high = 0;
  /** Rows up to here are of earlier starts. */
  #from = 0;

  constructor(databaseUrl: string, told: (rows: readonly AuditRow[]) => void) {
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
    // A lost connection is opened again by the next look.
    this.#pool.on("error", () => {});
    this.#told = told;
  }

  /** Begins behind what is there: earlier starts' rows are not this sandbox's story. */
  async start(): Promise<void> {
    const there = await this.#pool
      .query<{ id: string | null }>("select max(id) as id from steward.audit")
      .catch(() => undefined);
    this.#high = Number(there?.rows[0]?.id ?? 0);
    this.#from = this.#high;
    this.#arm();
  }

  /** The newest rows of this start, oldest first. */
  rows(): readonly AuditRow[] {
    return [...this.#rows.values()].toSorted((a, b) => a.id - b.id).slice(-KEPT);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pool.end();
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#look().finally(() => this.#arm()), POLL_MS);
  }

  async #look(): Promise<void> {
    try {
      const after = Math.max(this.#from, this.#high - LOOK_BACK);
      const { rows } = await this.#pool.query<Stored>(QUERY, [after]);
      const fresh = rows.map(shown).filter((row) => !this.#rows.has(row.id));
      for (const row of fresh) {
        this.#rows.set(row.id, row);
        this.#high = Math.max(this.#high, row.id);
      }
      if (fresh.length > 0) this.#told(fresh);
    } catch {
      // The database is not there yet, or gone: the page says so by the product's health; looked at again soon.
    }
  }
}

function shown({ body, payload, id, at, ...row }: Stored): AuditRow {
  const fields = (JSON.parse(body) as { fields?: Record<string, unknown> }).fields ?? {};
  const aside = payload === null ? {} : (JSON.parse(payload) as { sentence?: unknown; text?: unknown });
  const words = aside.sentence ?? aside.text;
  return {
    ...row,
    id: Number(id),
    at: at.toISOString(),
    fields,
    sentence: typeof words === "string" ? words : null,
  };
}
