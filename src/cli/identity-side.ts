import type { Config } from "../config.ts";
import { NeedsConnectionError } from "../core/errors.ts";
import type { PersonElsewhere, Principal } from "../core/principal.ts";
import type { Tx } from "../core/tx.ts";
import type { Connections } from "../gate/ports.ts";
import { createHttp } from "../http/client.ts";
import type { Credentials } from "../http/types.ts";
import { type Accounts, openAccounts } from "../identity/accounts.ts";
import { type ConnectLinks, connectLinks } from "../identity/links.ts";
import { type Leavers, openLeavers } from "../identity/leavers.ts";
import type { PersonRef } from "../identity/ports.ts";
import {
  companySignIn,
  gitLabSignIn,
  hubSpotSignIn,
  salesforceSignIn,
  type SignInSystem,
} from "../identity/systems.ts";
import { connectedSystems, identityStore } from "../store/identities.ts";
import { environmentKeys } from "../store/keys.ts";
import type { Log } from "../telemetry/log.ts";
import { addressOf } from "./address.ts";
import type { Closers } from "./closers.ts";
import type { DataSide } from "./data-side.ts";
import type { SlackSide } from "./slack-side.ts";

/** People's own accounts elsewhere, wired. */
export interface IdentitySide {
  accounts: Accounts;
  links: ConnectLinks;
  /** Whose account acts where: for the gate. */
  connections: Connections;
  /** Signs what goes out as a person. */
  credentials: Credentials;
  /** Accounts of people who have left end. */
  leavers: Leavers;
  /** Where people's browsers reach us; undefined before anything listens. */
  address(): string | undefined;
  /** The port that is listened on, once it is. */
  listensOn(port: number): void;
}

const scheme = "Bearer ";

const crmSignIns = { hubspot: hubSpotSignIn, salesforce: salesforceSignIn };

/** What people can sign in to: of the CRMs, the one that is in use. */
const systemsOf = ({ signIns, crm, companySignIn: company }: Config): SignInSystem[] => [
  ...signIns.flatMap(({ kind, ...registration }) => {
    if (kind === "gitlab") return [gitLabSignIn(registration)];
    return crm?.kind === kind ? [crmSignIns[kind](registration)] : [];
  }),
  ...(company === undefined ? [] : [companySignIn(company)]),
];

/** Where a sign-in may send what is secret. */
const addressesOf = ({ tokenUrl, revoke, whoami }: SignInSystem): string[] => [
  ...[tokenUrl, whoami.url],
  ...(revoke.kind === "none" ? [] : [revoke.url]),
];

/** The people map's word for somebody's account, where a system's accounts have names there. */
const mappedIn = (elsewhere: PersonElsewhere, system: string): string | undefined =>
  system === "gitlab" ? elsewhere.gitlab : undefined;

/** Opens people's accounts. `connected` wakes what waits for one. */
export const openIdentitySide = (
  config: Config,
  { store, audit }: DataSide,
  { directory, workspaces }: Pick<SlackSide, "directory" | "workspaces">,
  given: {
    elsewhere(principal: Principal): PersonElsewhere;
    connected(tx: Tx, system: string, person: PersonRef): Promise<void>;
  },
  log: Log,
  closers: Closers,
): IdentitySide => {
  const systems = systemsOf(config);
  const http = createHttp({
    allow: systems.flatMap(addressesOf),
    writes: "steward's own",
  });
  closers.push(() => http.close());
  // Without a registration nothing is ever sealed.
  const identities = identityStore(store.pool, environmentKeys(config.keys ?? [""]));
  const accounts = openAccounts({
    ...{ systems, transact: store.transact, audit, http, log, connected: given.connected },
    store: identities,
    mapped: (principal, system) => mappedIn(given.elsewhere(principal), system),
  });
  const known = new Map(systems.map((system) => [system.system, system]));
  const connected = connectedSystems(store.pool);
  let port: number | undefined;
  return {
    accounts,
    leavers: openLeavers({
      ...{ accounts, store: identities, log },
      personOf: ({ workspace, user }) =>
        workspaces.within(workspace, () => directory.person(workspace, user)),
    }),
    links: connectLinks(config.keys?.[0] ?? config.slack.secret),
    connections: {
      of: async (person) =>
        known.size === 0 || person.kind !== "person"
          ? new Map<string, string>()
          : new Map([...(await connected(person))].filter(([system]) => known.has(system))),
      offers: (system) => known.has(system),
    },
    credentials: {
      header: async ({ system, as }) => {
        const origins = known.get(system)?.origins;
        if (as === "service" || origins === undefined) throw new NeedsConnectionError(system);
        const token = await accounts.token(system, as.person);
        return { header: "authorization", value: `${scheme}${token}`, origins };
      },
      refused: async ({ system, as }, { value }) => {
        if (as === "service") return;
        // Best effort: the request that was refused is told as refused, whatever becomes of its account.
        await accounts
          .refused(system, as.person, value.slice(scheme.length))
          .catch((error: unknown) => log.warn({ err: error, system }, "a refused token was not renewed"));
      },
    },
    address: () => addressOf(config, port),
    listensOn: (heard) => {
      port = heard;
    },
  };
};
