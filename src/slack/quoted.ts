/**
 * What people wrote in Slack, for a text that GitLab renders under Steward's account: nobody is named there who was not
 * named by hand. Every `@` that could begin a name stands apart from it, visibly, since hidden characters are shown on
 * cards and a backslash is undone by another before it. In addresses it is written `%40`, and character references,
 * which GitLab would turn into an `@`, stay text.
 */
export const unnamed = (text: string): string =>
  text.replaceAll(/https?:\/\/[^\s<>]+|(?<![A-Za-z0-9])@(?=\S)|&(?=#|commat)/gi, (found) =>
    found.length === 1 ? `${found} ` : unnamedAddress(found),
  );

const unnamedAddress = (address: string): string =>
  address.replaceAll("@", "%40").replaceAll(/&(?=#|commat)/gi, "%26");

/** A thread as a quotation in Markdown: each message under its writer's name. */
export const quotedThread = (lines: readonly { by: string; text: string }[]): string =>
  lines
    .map(({ by, text }) => `> **${unnamed(by)}**: ${unnamed(text).replaceAll("\n", "\n> ")}`)
    .join("\n>\n");
