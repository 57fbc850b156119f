/** How the offline router may find an argument in a sentence; declared by tools per argument. */
export const slotKinds = [
  "project",
  "group",
  "merge_request",
  "pipeline",
  "job",
  "issue",
  "state",
  "person_me",
  /** Slack's id of a person. */
  "person",
  /** Slack's id of a channel. */
  "channel",
  "deal",
  "stage",
  "money",
  "date",
  "flag:when_green",
  "text",
] as const;

export type SlotKind = (typeof slotKinds)[number];
