import type { Audit } from "../../core/audit.ts";
import type { Transact } from "../../core/tx.ts";
import type { Log } from "../log.ts";
import type { Installation, InstallationStore, KnownInstallation } from "./ports.ts";

/** Installations as the product changes them: each change and its audit row are one transaction. */
export interface Installations {
  /** Counts the changes that this process made: what was remembered before one is looked up anew. */
  revision(): number;
  of(workspace: string): Promise<Installation | undefined>;
  known(id: string): Promise<KnownInstallation | undefined>;
  add(installation: Installation): Promise<void>;
  /** Forgets it; what its workspace has open rests until it is installed again. */
  remove(id: string, why: string, at: Date): Promise<void>;
}

interface InstallationsParts {
  store: InstallationStore;
  transact: Transact;
  audit: Audit;
  log: Log;
}

/** Keeps installations, and says what becomes of them in the audit log and the log. */
export const keepInstallations = ({ store, transact, audit, log }: InstallationsParts): Installations => {
  let changes = 0;
  return {
    revision: () => changes,
    of: (workspace) => store.of(workspace),
    known: (id) => store.known(id),
    async add(installation) {
      const { id, team, enterprise, name, bot, installedBy } = installation;
      await transact(async (tx) => {
        await store.keep(tx, installation);
        await audit.appendIn(tx, {
          kind: "installation.added",
          actor: `slack:${id}/${installedBy}`,
          fields: { installation: id, team, enterprise, name, bot },
        });
      });
      changes += 1;
      log.info({ installation: id }, "the app was installed");
    },
    async remove(id, why, at) {
      const removed = await transact(async (tx) => {
        const was = await store.remove(tx, id, why, at);
        if (was)
          await audit.appendIn(tx, {
            kind: "installation.removed",
            actor: "slack",
            fields: { installation: id, why },
          });
        return was;
      });
      changes += 1;
      if (removed) log.warn({ installation: id, why }, "an installation is gone; what it has open rests");
    },
  };
};
