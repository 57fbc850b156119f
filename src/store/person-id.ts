/** A person by Slack ids, as rows hold one: `<workspace>/<user>`. */
export const idOf = ({ workspace, user }: { workspace: string; user: string }): string =>
  `${workspace}/${user}`;

/** The same, read back. */
export const personOf = (person: string): { workspace: string; user: string } => {
  const slash = person.lastIndexOf("/");
  return { workspace: person.slice(0, slash), user: person.slice(slash + 1) };
};
