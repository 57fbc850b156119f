import type { Clock } from "../http/clock.ts";
import type { SlackEvent } from "./envelopes.ts";
import type { Answer, ProductLink } from "./product-link.ts";

/** One try to hand an event over. */
export interface Attempt {
  /** 0 for the first, then Slack's retry number. */
  readonly retry: number;
  /** The reason that Slack gives with a retry: how the try before it ended. */
  readonly reason: string | undefined;
  /** ISO 8601, at sending. */
  readonly at: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly failure: Answer["failure"];
  /** Milliseconds to the answer. */
  readonly ackMs: number;
}

/** An event on its way to the product. */
export interface Delivery {
  readonly event_id: string;
  readonly type: string;
  readonly subtype: string | undefined;
  readonly channel: string | undefined;
  readonly ts: string | undefined;
  /** `failed`: given up after the last retry. */
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: readonly Attempt[];
}

interface Kept extends Delivery {
  state: Delivery["state"];
  readonly attempts: Attempt[];
  readonly body: string;
}

/**
 * In which order the two events of one mention go out. The second leaves when the first try of the first has ended;
 * `together`: at once.
 */
export type EventOrder = "messageFirst" | "mentionFirst" | "together";

const KEPT = 10_000;

/** Hands events to the product as Slack does: again after each wait until a 2xx, or until it gives up. */
export class Deliveries {
  order: EventOrder = "messageFirst";
  /** Sends every event twice, at the same time. */
  duplicates = false;
  readonly #byId = new Map<string, Kept>();
  readonly #link: ProductLink;
  readonly #clock: Clock;
  readonly #retryDelaysMs: readonly number[];
  readonly #told: () => void;
  #latest: readonly Kept[] = [];
  /** Kept back until `release`; undefined while events flow. */
  #held: Kept[][] | undefined;
  #epoch = 0;

  constructor(options: {
    link: ProductLink;
    clock: Clock;
    retryDelaysMs: readonly number[];
    told: () => void;
  }) {
    this.#link = options.link;
    this.#clock = options.clock;
    this.#retryDelaysMs = options.retryDelaysMs;
    this.#told = options.told;
  }

  /** Sends the events of one change. They are on record when this returns; the promise ends with their first tries. */
  async dispatch(
    envelopes: readonly ({ event_id: string; event: SlackEvent } & Record<string, unknown>)[],
  ): Promise<void> {
    const kept = envelopes.map((envelope) => this.#keep(envelope));
    this.#latest = kept;
    if (this.#held) this.#held.push(kept);
    else await this.#send(kept);
  }

  /** Keeps events back from now on. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was kept back; Slack promises no order. */
  release(newestFirst: boolean): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    void this.#sendAll(newestFirst ? held.toReversed() : held);
  }

  /** Sends something that is no event of a channel, once. */
  async tell(body: object): Promise<{ status: number }> {
    const { status } = await this.#link.send({ body: JSON.stringify(body), contentType: "application/json" });
    return { status };
  }

  async #sendAll(changes: readonly (readonly Kept[])[]): Promise<void> {
    for (const change of changes) await this.#send(change);
  }

  async #send(kept: readonly Kept[]): Promise<void> {
    const ordered = this.order === "mentionFirst" ? kept.toSorted(mentionsFirst) : kept;
    if (this.order === "together") {
      await Promise.all(ordered.map((delivery) => this.#first(delivery)));
      return;
    }
    for (const delivery of ordered) await this.#first(delivery);
  }

  /** Delivers a known event once more, as Slack does after an acknowledgement that it did not see. */
  async redeliver(eventId: string): Promise<Attempt> {
    const delivery = this.#byId.get(eventId);
    if (!delivery) throw new Error(`no event ${eventId} on record: see GET /control/delivery`);
    return this.#try(delivery, Math.max(1, (delivery.attempts.at(-1)?.retry ?? 0) + 1), "http_timeout");
  }

  list(): Delivery[] {
    return [...this.#byId.values()].map((kept) => {
      const { body: _, ...delivery } = kept;
      return { ...delivery, attempts: [...kept.attempts] };
    });
  }

  /** The events of the latest change, where they tell of this message. */
  latest(ts: string): { readonly event_id: string; readonly type: string }[] {
    return this.#latest.filter((kept) => kept.ts === ts).map(({ event_id, type }) => ({ event_id, type }));
  }

  reset(): void {
    this.#epoch += 1;
    this.#byId.clear();
    this.#held = undefined;
    this.order = "messageFirst";
    this.duplicates = false;
  }

  #keep(envelope: { event_id: string; event: SlackEvent } & Record<string, unknown>): Kept {
    const { event, event_id } = envelope;
    const text = (name: string) => (typeof event[name] === "string" ? event[name] : undefined);
    const kept: Kept = {
      event_id,
      type: event.type,
      subtype: text("subtype"),
      channel: event.channel,
      ts: text("ts"),
      state: "pending",
      attempts: [],
      body: JSON.stringify(envelope),
    };
    this.#byId.set(event_id, kept);
    const oldest = this.#byId.size > KEPT ? this.#byId.keys().next().value : undefined;
    if (oldest !== undefined) this.#byId.delete(oldest);
    return kept;
  }

  async #first(delivery: Kept): Promise<void> {
    const twice = this.duplicates ? [this.#try(delivery, 0, undefined)] : [];
    const [attempt] = await Promise.all([this.#try(delivery, 0, undefined), ...twice]);
    this.#again(delivery, attempt, this.#epoch);
  }

  async #try(
    delivery: Kept,
    retry: number,
    reason: string | undefined,
  ): Promise<Attempt & { noRetry: boolean }> {
    const at = this.#clock.iso();
    const headers =
      reason === undefined ? {} : { "x-slack-retry-num": String(retry), "x-slack-retry-reason": reason };
    const answer = await this.#link.send({ body: delivery.body, contentType: "application/json", headers });
    const { status, failure, ms, noRetry } = answer;
    const attempt: Attempt = { retry, reason, at, status, failure, ackMs: ms };
    delivery.attempts.push(attempt);
    if (failure === undefined) delivery.state = "delivered";
    this.#told();
    return { ...attempt, noRetry };
  }

  #again(delivery: Kept, last: Attempt & { noRetry: boolean }, epoch: number): void {
    if (last.failure === undefined || epoch !== this.#epoch) return;
    const wait = this.#retryDelaysMs[last.retry];
    if (wait === undefined || last.noRetry) {
      delivery.state = "failed";
      this.#told();
      return;
    }
    this.#clock.after(wait, () => {
      if (epoch !== this.#epoch) return;
      void this.#try(delivery, last.retry + 1, last.failure).then((attempt) =>
        this.#again(delivery, attempt, epoch),
      );
    });
  }
}

const mentionsFirst = (a: Kept, b: Kept) =>
  Number(b.type === "app_mention") - Number(a.type === "app_mention");
