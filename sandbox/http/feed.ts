import type { ServerResponse } from "node:http";

/** One change in a sandbox system, small enough to send to a page. */
export interface Change {
  readonly id: number;
  /** ISO 8601, the system's own clock. */
  readonly at: string;
  /** What changed, as `noun.verb`: `merge_request.merged`. */
  readonly type: string;
  readonly data: unknown;
}

const KEPT = 1000;

/** The change feed of one system: kept for a while, watched in process or as server-sent events. */
export class Feed {
  #changes: Change[] = [];
  #nextId = 1;
  readonly #watchers = new Set<(change: Change) => void>();
  readonly #now: () => string;

  constructor(now: () => string) {
    this.#now = now;
  }

  publish(type: string, data: unknown): void {
    const change: Change = { id: this.#nextId++, at: this.#now(), type, data };
    this.#changes.push(change);
    if (this.#changes.length > KEPT) this.#changes.shift();
    for (const watch of this.#watchers) watch(change);
  }

  /** The kept changes after `id`, oldest first. */
  since(id = 0): readonly Change[] {
    return this.#changes.filter((change) => change.id > id);
  }

  /** Calls `watch` for every later change, until the returned function is called. */
  watch(watch: (change: Change) => void): () => void {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  }

  /** Serves the feed as server-sent events; `after` is the reader's Last-Event-ID. */
  serve(response: ServerResponse, after: number | undefined): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const send = (change: Change) =>
      response.write(`id: ${change.id}\nevent: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`);
    response.write(": the changes of this system\n\n");
    if (after !== undefined) this.since(after).forEach(send);
    response.on("close", this.watch(send));
  }
}
