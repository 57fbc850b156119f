import type { ReactElement } from "react";
import { Composer } from "./composer.tsx";
import { Home } from "./home.tsx";
import { MessageList } from "./message-list.tsx";
import { useNames } from "./people.ts";
import type { Session, View } from "./session.ts";
import type { Channel, Workspace } from "./types.ts";

interface ConversationProps {
  readonly session: Session;
  readonly view: View;
  readonly workspace: Workspace;
  readonly drawerOpen: boolean;
  readonly toggleDrawer: () => void;
}

/** One channel or direct messages: what was said, and where to write. */
export function Conversation(props: ConversationProps): ReactElement {
  const { session, view, workspace, drawerOpen, toggleDrawer } = props;
  const channel = workspace.channels.find((one) => one.id === view.channel);
  const name = channel ? nameOf(channel) : "";
  const home = channel?.kind === "im" && view.tab === "home";
  return (
    <main className="conversation" aria-label={name}>
      <header className="conversation-head">
        <div>
          <h2>{name}</h2>
          <p>{channel ? <About channel={channel} workspace={workspace} /> : null}</p>
        </div>
        {channel?.kind === "im" && <Tabs session={session} view={view} channel={channel} />}
        <button type="button" className="quiet" aria-expanded={drawerOpen} onClick={toggleDrawer}>
          {drawerOpen ? "Close drawer" : "Open drawer"}
        </button>
      </header>
      {home && <Home forms={session.forms} view={view.views.home} />}
      {!home && view.contents && (
        <MessageList
          key={`${view.me}:${view.channel}`}
          {...{ session, name, contents: view.contents, bot: workspace.bot.id }}
          thread={view.thread}
          pointed={view.pointed}
        />
      )}
      {channel &&
        !home &&
        (channel.is_mine ? (
          <Composer
            key={`${view.me}:${view.channel}:${view.thread ?? ""}`}
            {...{ session, view, workspace, name, direct: channel.kind === "im" }}
          />
        ) : (
          <Join name={name} session={session} />
        ))}
    </main>
  );
}

const TABS = [
  ["messages", "Messages"],
  ["home", "Home"],
] as const;

/** Steward's own place has two sides: what was said, and the App Home. */
function Tabs(props: {
  readonly session: Session;
  readonly view: View;
  readonly channel: Channel;
}): ReactElement {
  const { session, view, channel } = props;
  return (
    <div className="dm-tabs" role="group" aria-label="Steward">
      {TABS.map(([tab, label]) => (
        <button
          key={tab}
          type="button"
          className="quiet"
          aria-pressed={view.tab === tab}
          onClick={() => session.openApp(channel.id, tab)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

const nameOf = (channel: Channel): string => (channel.kind === "im" ? "Steward" : `#${channel.name}`);

function About({ channel, workspace }: { readonly channel: Channel; readonly workspace: Workspace }): string {
  if (channel.kind === "im") return "Direct messages: every message starts a thread";
  const people = channel.members.filter((id) => id !== workspace.bot.id).length;
  return `${people} people · ${channel.purpose?.value ?? ""}`;
}

function Join({ name, session }: { readonly name: string; readonly session: Session }): ReactElement {
  const names = useNames();
  return (
    <div className="join">
      <p>
        {names.person(names.me)} is not in {name}, and writes only where they are.
      </p>
      <button type="button" className="primary" onClick={() => void session.deeds.join()}>
        Join {name}
      </button>
    </div>
  );
}
