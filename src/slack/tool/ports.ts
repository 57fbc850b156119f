/** The rights to search Slack as people, as they come with people's words. Secrets: short-lived, and never logged. */
export interface AskerTokens {
  keep(person: { workspace: string; user: string }, token: string): Promise<void>;
  /** Of the newest words; nothing once they are old. */
  of(person: { workspace: string; user: string }): Promise<string | undefined>;
  /** Deletes what is old. */
  forget(): Promise<void>;
}
