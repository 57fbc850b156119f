/** What a workspace refused is tried again after so long: an admin may have changed it. */
const forgottenMs = 600_000;

/** Remembers for a while that something is not to be had in a workspace. */
export class Remembered {
  readonly #until = new Map<string, number>();

  note(workspace: string): void {
    this.#until.set(workspace, performance.now() + forgottenMs);
  }

  has(workspace: string): boolean {
    return (this.#until.get(workspace) ?? 0) > performance.now();
  }
}

/** A refusal that says the app or the workspace has no such feature, whatever the conversation. */
const noFeature: readonly string[] = [
  ...["unknown_method", "not_authorized", "feature_not_enabled", "not_allowed_token_type", "missing_scope"],
  ...["access_denied", "no_permission", "team_access_not_granted", "method_deprecated"],
];

export const saysNoFeature = (slackCode: string): boolean => noFeature.includes(slackCode);
