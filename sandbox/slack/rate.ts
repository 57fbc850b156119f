import type { Tier } from "./methods.ts";

/** A bucket refills at `perMinute` and holds at most `burst` calls. */
interface Limit {
  readonly key: string;
  readonly perMinute: number;
  readonly burst: number;
}

const TIER_PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;

/** "Several hundred" messages a minute for a workspace (Slack's reference gives no figure). */
const POSTS_PER_MINUTE = 400;

/** Posts to one channel: about one a second, with a little patience. */
const POST_BURST = 3;

/** Which buckets a call draws from. */
function limitsOf(method: string, tier: Tier, place: { channel: string; thread: string }): Limit[] {
  if (tier !== "special")
    return [{ key: method, perMinute: TIER_PER_MINUTE[tier], burst: TIER_PER_MINUTE[tier] }];
  switch (method) {
    case "chat.postMessage":
      return [
        { key: `${method}:${place.channel}`, perMinute: 60, burst: POST_BURST },
        { key: method, perMinute: POSTS_PER_MINUTE, burst: POSTS_PER_MINUTE },
      ];
    case "assistant.threads.setStatus":
      return [{ key: `${method}:${place.channel}:${place.thread}`, perMinute: 60, burst: 60 }];
    default:
      return [{ key: method, perMinute: 600, burst: 600 }];
  }
}

/** Slack's rate limits for one app in one workspace, as token buckets. */
export class RateLimits {
  on: boolean;
  readonly #buckets = new Map<string, { left: number; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number, on: boolean) {
    this.#now = now;
    this.on = on;
  }

  /** Takes one call; where it is one too many, the whole seconds to wait. */
  take(method: string, tier: Tier, place: { channel: string; thread: string }): number | undefined {
    if (!this.on) return undefined;
    const filled = limitsOf(method, tier, place).map((limit) => ({ limit, bucket: this.#fill(limit) }));
    const short = filled.find(({ bucket }) => bucket.left < 1);
    if (short) return Math.max(1, Math.ceil(((1 - short.bucket.left) * 60) / short.limit.perMinute));
    for (const { bucket } of filled) bucket.left -= 1;
    return undefined;
  }

  reset(): void {
    this.#buckets.clear();
  }

  #fill({ key, perMinute, burst }: Limit): { left: number; at: number } {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { left: burst, at: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) * perMinute) / 60_000);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
