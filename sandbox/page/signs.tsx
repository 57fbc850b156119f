import type { ReactElement, ReactNode } from "react";

/** A hand with its thumb up, within 16 by 16. */
const THUMB =
  "M2 7.5h2.6V14H2zM5.8 7.4 8.6 2c.9 0 1.6.7 1.6 1.6L9.7 6.4h3.4c.8 0 1.4.7 1.2 1.5l-1.1 5c-.1.6-.6 1.1-1.3 1.1H7.2c-.8 0-1.4-.6-1.4-1.4z";

function Thumb({ down = false }: { readonly down?: boolean }): ReactElement {
  return (
    <svg className="thumb" viewBox="0 0 16 16" aria-hidden="true" data-down={down}>
      <path d={THUMB} />
    </svg>
  );
}

/** The signs that can be given here, by Slack's names. Drawn, since a browser need not have emoji. */
export const SIGNS: Readonly<Record<string, ReactNode>> = {
  "+1": <Thumb />,
  "-1": <Thumb down />,
  white_check_mark: "✓",
};

/** How a reaction is shown: its sign, or its name where it has none here. */
export const signOf = (name: string): ReactNode => SIGNS[name] ?? `:${name}:`;
