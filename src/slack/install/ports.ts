import type { Tx } from "../../core/tx.ts";

/** The app as installed: in one workspace, or in a whole organisation. */
export interface Installation {
  /** The organisation's id of an org-wide installation, else the workspace's. */
  id: string;
  /** Null of an org-wide one. */
  team: string | null;
  enterprise: string | null;
  /** Of the workspace or organisation, for people. */
  name: string;
  /** The bot's user id. */
  bot: string;
  botId: string;
  token: string;
  /** Slack id of who installed it. */
  installedBy: string;
}

/** One installation as far as it was ever kept. */
export interface KnownInstallation {
  /** The bot's user id. */
  bot: string;
  /** Its token is forgotten. */
  removed: boolean;
}

/** Installations as kept; store/ implements it, tokens sealed. */
export interface InstallationStore {
  /** Of a workspace key: the workspace's own, else its organisation's; undefined where there is none any more. */
  of(workspace: string): Promise<Installation | undefined>;
  /** One installation by its own id, removed or not; undefined where there never was one. */
  known(id: string): Promise<KnownInstallation | undefined>;
  /** Keeps a new one, or replaces what was kept of it. */
  keep(tx: Tx, installation: Installation): Promise<void>;
  /** Forgets its token; false: it was not installed, or anew since `at`. */
  remove(tx: Tx, id: string, why: string, at: Date): Promise<boolean>;
}
