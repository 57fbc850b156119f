import { Redis } from "ioredis";
import { z } from "zod";
import type { ConversationMemory, Exchange, Recollection } from "../agent/types.ts";
import {
  bounded,
  boundedExchange,
  clipped,
  memorySeconds,
  recentMax,
  summaryCharsMax,
} from "./recollection.ts";

const exchangeSchema = z.object({
  turn: z.string(),
  by: z.string(),
  person: z.string(),
  ask: z.string(),
  answer: z.string(),
  at: z.string(),
});

/** One hash tag per conversation, so that its keys live in one slot of a cluster. */
const keys = (conversation: string) => ({
  recent: `steward:{${conversation}}:recent`,
  summary: `steward:{${conversation}}:summary`,
});

type Replies = [Error | null, unknown][] | null;

/** Pipelines do not reject: every reply is looked at. */
const checked = (replies: Replies): unknown[] => {
  if (replies === null) throw new Error("Redis gave no reply to a pipeline");
  return replies.map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
};

/**
 * Conversation memory on Redis (plain commands: Redis >= 6.2, Valkey, Memorystore). `recent` is a hash of turn id to
 * exchange: setting a field twice changes nothing, which makes `append` idempotent by turn. Loading is one pipeline.
 * Throws when Redis is away; the caller then works from Postgres and says so in health.
 */
export const openRedisMemory = (
  url: string,
  onError: (error: Error) => void,
): ConversationMemory & { ping(): Promise<void> } => {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
    connectTimeout: 1_000,
    enableOfflineQueue: true,
    retryStrategy: (times) => Math.min(times * 200, 2_000),
  });
  redis.on("error", onError);

  const prune = async (conversation: string, held: readonly Exchange[]): Promise<void> => {
    const excess = held.slice(0, Math.max(0, held.length - recentMax));
    if (excess.length > 0)
      await redis.hdel(keys(conversation).recent, ...excess.map((exchange) => exchange.turn));
  };

  return {
    async load(conversation) {
      const { recent, summary } = keys(conversation);
      const [values, text] = checked(await redis.pipeline().hvals(recent).get(summary).exec());
      if (typeof text !== "string" || !Array.isArray(values)) return undefined;
      const exchanges = values.map((value) => exchangeSchema.parse(JSON.parse(String(value)))).sort(byTime);
      await prune(conversation, exchanges);
      return { summary: text, recent: exchanges.slice(-recentMax) };
    },
    async append(conversation, exchange, text) {
      const { recent, summary } = keys(conversation);
      checked(
        await redis
          .pipeline()
          .hset(recent, exchange.turn, JSON.stringify(boundedExchange(exchange)))
          .expire(recent, memorySeconds)
          .set(summary, clipped(text, summaryCharsMax), "EX", memorySeconds)
          .exec(),
      );
    },
    async restore(conversation, recollection) {
      const { recent, summary } = keys(conversation);
      const kept: Recollection = bounded(recollection);
      const pipeline = redis.multi().del(recent);
      for (const exchange of kept.recent) pipeline.hset(recent, exchange.turn, JSON.stringify(exchange));
      checked(
        await pipeline.expire(recent, memorySeconds).set(summary, kept.summary, "EX", memorySeconds).exec(),
      );
    },
    async forget(conversation) {
      const { recent, summary } = keys(conversation);
      await redis.del(recent, summary);
    },
    async ping() {
      await redis.ping();
    },
    async close() {
      redis.disconnect();
      await Promise.resolve();
    },
  };
};

const byTime = (a: Exchange, b: Exchange): number => a.at.localeCompare(b.at) || a.turn.localeCompare(b.turn);
