/** Where Slack itself keeps workspaces. */
const slackHost = /^(?:[a-z0-9-]+\.){0,2}slack\.com$/;
const message = /^\/archives\/[A-Z0-9]+(?:\/p\d{16})?$/;
const ofMessage: Record<string, RegExp> = { thread_ts: /^\d{10}\.\d{6}$/, cid: /^[A-Z0-9]+$/ };
const ofRedirect: Record<string, RegExp> = { channel: /^[A-Z0-9]+$/, team: /^[A-Z0-9]+$/ };

const holdsOnly = (params: URLSearchParams, known: Record<string, RegExp>): boolean =>
  [...params].every(([name, value]) => known[name]?.test(value) === true);

/**
 * Whether a link leads to a message or a channel of Slack and carries nothing else: what a search finds may be linked.
 * `home`: the workspace's own address, where Slack told it.
 */
export const isSlackLink = (link: string, home: string | undefined): boolean => {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  if (url === undefined || url.username !== "" || url.hash !== "") return false;
  const slack = url.protocol === "https:" && slackHost.test(url.host);
  const own = home !== undefined && URL.canParse(home) && new URL(home).origin === url.origin;
  if (slack && url.pathname === "/app_redirect") return holdsOnly(url.searchParams, ofRedirect);
  return (slack || own) && message.test(url.pathname) && holdsOnly(url.searchParams, ofMessage);
};
