import bolt from "@slack/bolt";

/** Bolt as it comes: verified, acknowledged at once, handed to a listener that does nothing and keeps nothing. */

const app = new bolt.App({
  receiver: new bolt.HTTPReceiver({
    signingSecret: process.argv[2] ?? "",
    endpoints: "/slack/events",
    logLevel: bolt.LogLevel.ERROR,
  }),
  authorize: () => Promise.resolve({ botToken: "xoxb-bench", botId: "B0BENCH", botUserId: "U0BENCH" }),
  logLevel: bolt.LogLevel.ERROR,
});
app.event("app_mention", () => Promise.resolve());
const server = (await app.start({ port: 0, host: "127.0.0.1" })) as { address(): { port: number } };
process.send?.(server.address().port);
process.on("SIGTERM", () => process.exit(0));
