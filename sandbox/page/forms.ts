import { api } from "./api.ts";
import { readFiles } from "./bring.ts";
import type { Option } from "./types.ts";

/** What a form needs of the page's session. */
interface Host {
  /** Who types and clicks. */
  readonly me: () => string;
  /** Runs an act; a refusal is shown, and answered by false. */
  readonly attempt: (act: () => Promise<string | undefined>) => Promise<boolean>;
}

const keyOf = (block: string, action: string): string => `${block}\n${action}`;

/** What a person does in modals and in the App Home. What is typed is told to the simulator before it is sent. */
export class Forms {
  readonly #host: Host;
  /** Typed, by part, and not told yet. */
  readonly #typed = new Map<string, { block: string; action: string; value: string }>();
  /** The view that it was typed into. */
  #view = "";

  constructor(host: Host) {
    this.#host = host;
  }

  typed(view: string, block: string, action: string): string | undefined {
    return view === this.#view ? this.#typed.get(keyOf(block, action))?.value : undefined;
  }

  type(view: string, block: string, action: string, value: string): void {
    if (view !== this.#view) this.#typed.clear();
    this.#view = view;
    this.#typed.set(keyOf(block, action), { block, action, value });
  }

  choose(block: string, action: string, value: string): Promise<boolean> {
    return this.#enter(block, action, value);
  }

  async submit(): Promise<boolean> {
    if (!(await this.#tell())) return false;
    return this.#host.attempt(() => api.submit(this.#host.me()));
  }

  close(): Promise<boolean> {
    this.#typed.clear();
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
    for (const { block, action, value } of this.#typed.values()) {
      if (!(await this.#enter(block, action, value))) return false;
    }
    this.#typed.clear();
    return true;
  }

  #enter(block: string, action: string, value: string): Promise<boolean> {
    return this.#host.attempt(() =>
      api.enter(this.#host.me(), { block_id: block, action_id: action }, value).then(() => undefined),
    );
  }
}
