import type { PersonElsewhere } from "../../core/principal.ts";
import type { Elsewhere } from "../policy-port.ts";

/** The people map: by Slack account, else by an e-mail address that our own workspace vouches for. */
export const createElsewhere =
  (people: readonly PersonElsewhere[]): Elsewhere =>
  ({ kind, user, email, external }) => {
    if (kind !== "person" || external) return {};
    const mail = email?.toLowerCase();
    return (
      people.find(({ slack }) => slack === user) ??
      people.find((entry) => entry.slack === undefined && mail !== undefined && entry.email === mail) ??
      {}
    );
  };
