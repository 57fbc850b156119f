/** What the page says about the product. */
export interface About {
  /** `starting`: never listened yet; `unreachable`: it has ended, or does not answer. */
  readonly product: "starting" | "ready" | "unreachable";
  /** Which model answers, in the product's words; null while nobody knows. */
  readonly planner: string | null;
  /** Whether a language model is configured. */
  readonly model: boolean;
  /** Where conversation memory is, and how Postgres is, in the product's words. */
  readonly memory: string | null;
  readonly postgres: string | null;
  /** How often the product was started again. */
  readonly restarts: number;
  /** When this sandbox started: what the page remembers of an earlier one is void. */
  readonly started: string;
}

const LOOK_MS = 2_000;
const DEADLINE_MS = 1_500;

/** Watches the product's /healthz. */
export class HealthWatch {
  #about: About;
  #url: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #told: (about: About) => void;

  constructor(model: boolean, told: (about: About) => void) {
    const started = new Date().toISOString();
    const unknown = { planner: null, memory: null, postgres: null };
    this.#about = { product: "starting", model, restarts: 0, started, ...unknown };
    this.#told = told;
  }

  get about(): About {
    return this.#about;
  }

  /** It listens at `url`; resolves after the first look. */
  up(url: string): Promise<void> {
    this.#url = url;
    return this.#look();
  }

  /** It has ended and is started again. */
  down(): void {
    this.#url = undefined;
    clearTimeout(this.#timer);
    this.#say({ product: "unreachable", restarts: this.#about.restarts + 1 });
  }

  stop(): void {
    this.#url = undefined;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const url = this.#url;
    if (url === undefined) return;
    const seen = await look(url);
    if (this.#url !== url) return;
    this.#say(seen);
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  #say(news: Partial<About>): void {
    const before = JSON.stringify(this.#about);
    this.#about = { ...this.#about, ...news };
    if (JSON.stringify(this.#about) !== before) this.#told(this.#about);
  }
}

async function look(url: string): Promise<Partial<About>> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(DEADLINE_MS) });
    const health = (await response.json()) as Record<string, unknown>;
    const word = (name: string) => (typeof health[name] === "string" ? health[name] : null);
    return { product: "ready", planner: word("planner"), memory: word("memory"), postgres: word("postgres") };
  } catch {
    // No answer is what "unreachable" means.
    return { product: "unreachable" };
  }
}
