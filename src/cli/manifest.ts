import { isMap, isSeq, parseDocument } from "yaml";

/** What of the environment the app's manifest depends on. */
export interface ManifestSettings {
  /** Where Slack reaches Steward, without a trailing slash; undefined: Socket Mode. */
  publicUrl: string | undefined;
  /** Installed by OAuth in several workspaces: Slack must know where to send people back. */
  several: boolean;
}

/**
 * The app's manifest for one installation: the shipped one with its own addresses, or for Socket Mode without any.
 * Comments stay. `text` is manifest.yml.
 */
export const manifestFor = (text: string, { publicUrl, several }: ManifestSettings): string => {
  const manifest = parseDocument(text);
  const endpoint = publicUrl === undefined ? undefined : `${publicUrl}/slack/events`;
  const address = (path: readonly (string | number)[]): void => {
    if (endpoint === undefined) manifest.deleteIn(path);
    else manifest.setIn(path, endpoint);
  };
  address(["settings", "event_subscriptions", "request_url"]);
  address(["settings", "interactivity", "request_url"]);
  const options = ["settings", "interactivity", "message_menu_options_url"];
  if (manifest.hasIn(options)) address(options);
  const commands = manifest.getIn(["features", "slash_commands"]);
  if (isSeq(commands)) {
    for (const [n, command] of commands.items.entries()) {
      if (isMap(command)) address(["features", "slash_commands", n, "url"]);
    }
  }
  manifest.setIn(["settings", "socket_mode_enabled"], endpoint === undefined);
  if (several && publicUrl !== undefined) {
    manifest.setIn(["oauth_config", "redirect_urls"], [`${publicUrl}/slack/oauth_redirect`]);
  }
  return manifest.toString({ lineWidth: 0 });
};
