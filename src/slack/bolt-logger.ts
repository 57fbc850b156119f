import bolt, { type Logger } from "@slack/bolt";
import type { Log } from "./log.ts";

/** Our log as Bolt wants one: its chatter left out. */
export const boltLogger = (log: Log): Logger => ({
  debug() {},
  info() {},
  warn: (...message) => log.warn({}, message.map(String).join(" ")),
  error: (...message) => log.error({}, message.map(String).join(" ")),
  setLevel() {},
  getLevel: () => bolt.LogLevel.WARN,
  setName() {},
});
