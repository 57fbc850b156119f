import { createHmac } from "node:crypto";

/** Makes signed Slack events, each another mention in another conversation, as whole HTTP requests. */
export const signedEvents = (options: {
  secret: string;
  /** Seconds part of the messages' ts: another one for each run against the same server. */
  epoch: number;
  team: string;
  bot: string;
  user: string;
  channel: string;
}): (() => string) => {
  const { secret, epoch, team, bot, user, channel } = options;
  let sent = 0;
  return () => {
    sent += 1;
    const ts = `${epoch}.${String(sent).padStart(6, "0")}`;
    const body = JSON.stringify({
      ...{
        token: "bench",
        team_id: team,
        context_team_id: team,
        context_enterprise_id: null,
        api_app_id: "A0BENCH",
      },
      event: {
        ...{ type: "app_mention", user, ts, channel, team, event_ts: ts },
        text: `<@${bot}> why did the pipeline of payments/ledger-api fail?`,
        blocks: [
          {
            type: "rich_text",
            block_id: "b1",
            elements: [
              {
                type: "rich_text_section",
                elements: [
                  { type: "user", user_id: bot },
                  { type: "text", text: " why did the pipeline of payments/ledger-api fail?" },
                ],
              },
            ],
          },
        ],
      },
      ...{ type: "event_callback", event_id: `Ev${epoch}${sent}`, event_time: epoch },
      authorizations: [
        { enterprise_id: null, team_id: team, user_id: bot, is_bot: true, is_enterprise_install: false },
      ],
      ...{ is_ext_shared_channel: false, event_context: `4-${epoch}${sent}` },
    });
    const seconds = Math.trunc(Date.now() / 1000);
    const signature = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
    return `POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nx-slack-request-timestamp: ${seconds}\r\nx-slack-signature: v0=${signature}\r\n\r\n${body}`;
  };
};
