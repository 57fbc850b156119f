import { createHttp } from "../http/client.ts";

/** Where Slack takes bytes; it names the whole address with each upload. */
const slackFiles = "https://files.slack.com";
/** A file of ours is small: an upload that takes longer is stuck. */
const uploadMs = 30_000;

/** Sends bytes to the addresses that Slack gives for them: of its file host, or of whatever stands in for Slack here. */
export const openUploads = (apiUrl: string) => {
  const http = createHttp({ allow: [slackFiles, apiUrl], writes: "steward's own" });
  return {
    upload: async (url: string, bytes: Uint8Array): Promise<void> => {
      await http.request({
        ...{ system: "Slack", method: "POST", url, body: bytes, effect: "write", expect: "text" },
        headers: { "content-type": "application/octet-stream" },
        signal: AbortSignal.timeout(uploadMs),
        deadlineMs: uploadMs,
      });
    },
    close: () => http.close(),
  };
};
