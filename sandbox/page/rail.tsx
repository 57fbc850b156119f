import { memo, useState, type ReactElement } from "react";
import { firstName, initials, useNames } from "./people.ts";
import type { Session, View } from "./session.ts";
import { nextTheme, showTheme, storedTheme } from "./theme.ts";
import type { About, Channel, Person, WaitingCard, Workspace } from "./types.ts";

interface RailProps {
  readonly session: Session;
  readonly view: View;
  readonly workspace: Workspace;
  readonly people: readonly Person[];
}

/** Who is typing, where to, and who answers. */
export function Rail({ session, view, workspace, people }: RailProps): ReactElement {
  const { me, channel, waiting, about } = view;
  const person = people.find((one) => one.id === me);
  const open = (one: Channel) => (
    <ChannelLink key={one.id} channel={one} current={one.id === channel} session={session} />
  );
  const channels = workspace.channels.filter((one) => one.kind === "public" || one.kind === "private");
  const others = channels.filter((one) => !one.is_mine);
  return (
    <aside className="rail" aria-label="Workspace">
      <header className="rail-head">
        <h1>Steward sandbox</h1>
        <ThemeSwitch />
      </header>
      <section aria-labelledby="typing-as">
        <h2 id="typing-as">Typing as</h2>
        <div className="people">
          {people.map((one, index) => (
            <PersonButton
              key={one.id}
              {...{ session, person: one, place: index + 1, current: one.id === me }}
              waiting={waiting[one.id]?.length ?? 0}
            />
          ))}
        </div>
        {person && (
          <p className="person-line">
            <strong>{person.real_name}</strong>
            <span>{person.guest ? `${person.title}, guest` : person.title}</span>
          </p>
        )}
      </section>
      <nav aria-label="Conversations">
        <h2>Channels</h2>
        <ul>{channels.filter((one) => one.is_mine).map(open)}</ul>
        {others.length > 0 && (
          <>
            <h2>Other channels</h2>
            <ul>{others.map(open)}</ul>
          </>
        )}
        <h2>Direct messages</h2>
        <ul>{workspace.channels.filter((one) => isDirect(one, me)).map(open)}</ul>
        {/* Last, so that nothing moves when a card comes. */}
        <WaitingLinks cards={waiting[me] ?? []} session={session} />
      </nav>
      <Answering about={about} />
    </aside>
  );
}

/** One's own direct messages with Steward, and those of groups that one is in. */
const isDirect = (channel: Channel, me: string): boolean =>
  channel.kind === "im" ? channel.user === me : channel.kind === "mpim" && channel.is_mine;

function PersonButton(props: {
  readonly session: Session;
  readonly person: Person;
  readonly place: number;
  readonly current: boolean;
  readonly waiting: number;
}): ReactElement {
  const { session, person, place, current, waiting } = props;
  const asked = waiting === 0 ? "" : `, ${waiting} ${waiting === 1 ? "approval" : "approvals"} waiting`;
  return (
    <button
      type="button"
      className="person"
      aria-pressed={current}
      aria-label={`${person.real_name}${asked}`}
      title={`${person.real_name}, ${person.title}${asked} (Alt+${place})`}
      onClick={() => session.switchTo(person.id)}
    >
      <span className="avatar" data-tone={place}>
        {initials(person.real_name)}
        {waiting > 0 && <span className="badge">{waiting}</span>}
      </span>
      <span className="person-name">{firstName(person.real_name)}</span>
    </button>
  );
}

/** The cards that wait for the person who is typing. */
function WaitingLinks({
  cards,
  session,
}: {
  readonly cards: readonly WaitingCard[];
  readonly session: Session;
}): ReactElement | null {
  const names = useNames();
  if (cards.length === 0) return null;
  return (
    <>
      <h2>Waiting for {firstName(names.person(names.me))}</h2>
      <ul>
        {cards.map((card) => (
          <li key={card.ts}>
            <button type="button" className="waiting-link" onClick={() => void session.show(card)}>
              {card.title}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

const ChannelLink = memo(function ChannelLink(props: {
  readonly channel: Channel;
  readonly current: boolean;
  readonly session: Session;
}): ReactElement {
  const { channel, current, session } = props;
  const name = channel.kind === "im" ? "Steward" : channel.name;
  return (
    <li>
      <button
        type="button"
        className="channel"
        aria-current={current ? "page" : undefined}
        aria-label={`${channel.kind === "im" ? "Direct messages with Steward" : `#${name}`}${channel.unread > 0 ? `, ${channel.unread} unread` : ""}`}
        data-unread={channel.unread > 0}
        onClick={() =>
          channel.kind === "im" ? session.openApp(channel.id, "messages") : session.openChannel(channel.id)
        }
      >
        <span className="channel-sign" aria-hidden="true">
          {channel.kind === "im" ? "@" : "#"}
        </span>
        <span className="channel-name">{name}</span>
        {channel.unread > 0 && <span className="count">{channel.unread}</span>}
      </button>
    </li>
  );
});

/** Which model answers, and how the product is. */
function Answering({ about }: { readonly about: About | undefined }): ReactElement {
  const product = about?.product ?? "starting";
  // The product's own line ends with what to do about it: said below.
  const [planner = "Steward", advice] = (about?.planner ?? "Steward").split(": ");
  const words = {
    starting: "Steward is starting",
    ready: `Answered by ${planner}`,
    unreachable: "Steward is not reachable: retrying",
  }[product];
  return (
    <footer className="answering" role="status">
      <p className="health" data-state={product}>
        {words}
      </p>
      {advice !== undefined && <p>{sentence(advice)}</p>}
      <p>{`Memory in ${about?.memory ?? "…"}`}</p>
    </footer>
  );
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function ThemeSwitch(): ReactElement {
  const [theme, setTheme] = useState(storedTheme);
  const change = () => {
    const next = nextTheme(theme);
    showTheme(next);
    setTheme(next);
  };
  return (
    <button type="button" className="quiet" onClick={change} aria-label={`Colours: ${theme}. Change`}>
      {{ system: "Auto", light: "Light", dark: "Dark" }[theme]}
    </button>
  );
}
