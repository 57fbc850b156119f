import { api } from "./api.ts";
import { readFiles } from "./bring.ts";
import type { Option, ShownView } from "./types.ts";

/** What a form needs of the page's session. */
interface Host {
  /** Who types and clicks. */
  readonly me: () => string;
  /** Runs an act; a refusal is shown, and answered by false. */
  readonly attempt: (act: () => Promise<string | undefined>) => Promise<boolean>;
}

/** Which view something was entered into, and as the product last left it. */
type Entered = Pick<ShownView, "id" | "hash">;

interface Entry {
  readonly block: string;
  readonly action: string;
  readonly value: string;
  /** Of the view, when it was entered. */
  readonly hash: string;
  /** The simulator knows. */
  told: boolean;
}

const keyOf = (block: string, action: string): string => `${block}\n${action}`;

/** What a person does in modals and in the App Home. What is typed is told to the simulator before it is sent. */
export class Forms {
  readonly #host: Host;
  /** What was typed and chosen, by part. */
  readonly #entries = new Map<string, Entry>();
  /** The view that it was entered into. */
  #view = "";

  constructor(host: Host) {
    this.#host = host;
  }

  /** What stands in a part as this person left it; undefined: what the view itself says. */
  entered(view: Entered, block: string, action: string): string | undefined {
    const entry = view.id === this.#view ? this.#entries.get(keyOf(block, action)) : undefined;
    // What the product changed since is newer than what it has been told.
    return entry === undefined || (entry.told && entry.hash !== view.hash) ? undefined : entry.value;
  }

  /** Words, told when the form is sent. */
  type(view: Entered, block: string, action: string, value: string): void {
    this.#put(view, { block, action, value, hash: view.hash, told: false });
  }

  /** A choice, told at once. */
  choose(view: Entered, block: string, action: string, value: string): Promise<boolean> {
    this.#put(view, { block, action, value, hash: view.hash, told: true });
    return this.#enter(block, action, value);
  }

  async submit(): Promise<boolean> {
    if (!(await this.#tell())) return false;
    return this.#host.attempt(() => api.submit(this.#host.me()));
  }

  close(): Promise<boolean> {
    this.#entries.clear();
    return this.#host.attempt(() => api.close(this.#host.me()).then(() => undefined));
  }

  async act(
    on: "modal" | "home",
    part: { action_id: string; block_id?: string; value?: string },
  ): Promise<boolean> {
    if (!(await this.#tell())) return false;
    return this.#host.attempt(() => api.act(this.#host.me(), on, part));
  }

  /** Nothing where the product does not answer. */
  async look(
    on: "modal" | "home",
    block: string | undefined,
    action: string,
    query: string,
  ): Promise<readonly Option[]> {
    const part = { action_id: action, ...(block !== undefined && { block_id: block }) };
    return api.options(this.#host.me(), { ...part, query, on }).catch(() => []);
  }

  async bring(files: readonly File[]): Promise<readonly string[]> {
    const brought = await readFiles(files);
    const known = await Promise.all(brought.map((file) => api.bring(this.#host.me(), file)));
    return known.map(({ id }) => id);
  }

  async #tell(): Promise<boolean> {
    for (const entry of this.#entries.values()) {
      if (entry.told) continue;
      if (!(await this.#enter(entry.block, entry.action, entry.value))) return false;
      entry.told = true;
    }
    return true;
  }

  #put(view: Entered, entry: Entry): void {
    if (view.id !== this.#view) this.#entries.clear();
    this.#view = view.id;
    this.#entries.set(keyOf(entry.block, entry.action), entry);
  }

  #enter(block: string, action: string, value: string): Promise<boolean> {
    return this.#host.attempt(() =>
      api.enter(this.#host.me(), { block_id: block, action_id: action }, value).then(() => undefined),
    );
  }
}
