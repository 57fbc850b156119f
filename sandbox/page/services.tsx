import type { ReactElement } from "react";
import type { Moved } from "./moved.ts";
import { amount, flagKey, flagState, mailKey, pageKey, payoutKey } from "./system-facts.ts";
import { Chip, Row } from "./system-row.tsx";
import type { Mail, Services as State } from "./types.ts";

interface ServicesProps {
  readonly services: State;
  readonly moved: ReadonlyMap<string, Moved>;
  readonly now: number;
}

/** The internal systems: payouts, mails that left for customers, pages to phones, feature flags. */
export function Services({ services, moved, now }: ServicesProps): ReactElement {
  const { payouts, outbox, pages, flags } = services;
  return (
    <>
      <h2>Payouts</h2>
      <ul className="rows" aria-label="Payouts">
        {payouts.map((one) => (
          <Row
            key={one.id}
            id={payoutKey(one)}
            label={`Payout ${one.id}`}
            moved={moved.get(payoutKey(one))}
            now={now}
          >
            <p className="row-head">
              <strong>{one.id}</strong> <Chip word={one.status} />
            </p>
            <p className="meta">
              {amount(String(one.amount))} {one.currency} · {one.merchant}
            </p>
          </Row>
        ))}
      </ul>
      <h2>Outbox</h2>
      {outbox.length === 0 && <p className="meta">No mail has left for a customer yet.</p>}
      <ul className="rows" aria-label="Outbox">
        {outbox.map((one) => (
          <MailRow key={one.id} {...{ one, moved: moved.get(mailKey(one)), now }} />
        ))}
      </ul>
      {pages.length > 0 && <h2>Pages</h2>}
      <ul className="rows" aria-label="Pages">
        {pages.map((one) => (
          <Row
            key={one.id}
            id={pageKey(one)}
            label={`Page ${one.id}`}
            moved={moved.get(pageKey(one))}
            now={now}
          >
            <p className="row-head">
              <strong>{one.to}</strong> <Chip word={one.status} />
            </p>
            <p>{one.summary}</p>
          </Row>
        ))}
      </ul>
      <h2>Feature flags</h2>
      <ul className="rows" aria-label="Feature flags">
        {flags.map((one) => (
          <Row
            key={flagKey(one)}
            id={flagKey(one)}
            label={one.flag}
            moved={moved.get(flagKey(one))}
            now={now}
          >
            <p className="row-head">
              <strong>{one.flag}</strong> <Chip word={flagState(one)} />
            </p>
            <p className="meta">{one.environment}</p>
          </Row>
        ))}
      </ul>
    </>
  );
}

function MailRow(props: {
  readonly one: Mail;
  readonly moved: Moved | undefined;
  readonly now: number;
}): ReactElement {
  const { one, moved, now } = props;
  return (
    <Row id={mailKey(one)} label={`Mail to ${one.to}`} moved={moved} now={now}>
      <details>
        <summary>
          <strong>{one.subject}</strong> to {one.to}
        </summary>
        <p className="mail-text">{one.text}</p>
      </details>
    </Row>
  );
}
