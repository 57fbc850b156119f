import type { CrashPoint } from "../core/crash.ts";
import type { roles, ToolMode } from "./settings.ts";

/** The product's settings: parsed once, frozen. Secrets stand only here and where they are used. */
export interface Config {
  production: boolean;
  port: number;
  host: string | undefined;
  role: "all" | "gateway" | "worker";
  dataFolder: string;
  /** Folders of people's files: STEWARD_CONFIG's where it has them, else the repository's. */
  folders: { prompts: string; policies: string; apis: string; mcp: string };
  /** How much of a system's tools is switched on, where that is less than all. */
  toolModes: Readonly<Record<string, ToolMode>>;
  logLevel: string;
  crashAt: { point: CrashPoint; nth: number } | undefined;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  /** The app's manifest as shipped: its scopes are asked for at an installation. */
  manifest: string;
  /** Where people's browsers and Slack reach us, without a trailing slash. */
  publicUrl: string | undefined;
  /** What encrypts at rest; the first one seals, all of them open. */
  keys: readonly [string, ...string[]] | undefined;
  slack: {
    apiUrl: string;
    /** One workspace by its token, or those of `allowed` in which the app is installed at `/slack/install`. */
    identity:
      | { kind: "one"; token: string }
      | { kind: "several"; clientId: string; clientSecret: string; allowed: readonly string[] };
    /** How Slack reaches us. The signing secret decides where both are set: two doors would take everything twice. */
    door: { kind: "http"; signingSecret: string } | { kind: "socket"; appToken: string };
    /** What values that travel through Slack and come back are signed with; the same in every process. */
    secret: string;
  };
  /** How answers come: a message shows a run after so long, a stream and a page hold so much. */
  delivery: { previewAfterMs: number; streamMs: number; pageChars: number };
  models:
    | {
        apiKey: string;
        baseUrl: string;
        default: string;
        fast: string;
        careful: string;
        /** Roles whose models see pictures. */
        sees: readonly (typeof roles)[number][];
      }
    | undefined;
  /** `knowledge`: projects whose wikis and Markdown files are searched where none is named. */
  gitlab: { url: string; token: string; knowledge: readonly string[] } | undefined;
  /** Systems in which people may act as themselves: Steward's registration there. */
  signIns: readonly {
    kind: "gitlab" | "hubspot" | "salesforce";
    url: string;
    clientId: string;
    clientSecret: string;
  }[];
  /** The company's identity provider, which says who is in which group. */
  companySignIn:
    | {
        authorizeUrl: string;
        tokenUrl: string;
        userinfoUrl: string;
        revokeUrl: string | undefined;
        clientId: string;
        clientSecret: string;
        groupsClaim: string;
      }
    | undefined;
  crm:
    | { kind: "hubspot"; url: string; token: string; sees: "team" | "all" }
    | {
        kind: "salesforce";
        url: string;
        signIn: { clientId: string; username: string; privateKey: string; audience: string };
      }
    | { kind: "twenty"; url: string; token: string }
    | { kind: "memory" }
    | undefined;
}
