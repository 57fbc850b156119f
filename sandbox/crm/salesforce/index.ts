import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { Clock } from "../../http/clock.ts";
import { Feed } from "../../http/feed.ts";
import { json } from "../../http/reply.ts";
import { startSystem, type SystemServer } from "../../http/server.ts";
import type { AuthState, Call, Reply, Route } from "../../http/types.ts";
import { SalesforceError } from "./errors.ts";
import { runQuery } from "./soql.ts";
import { objectTypes, SalesforceWorld } from "./world.ts";

/** What a connected app that lets one integration user in by a signed statement is called here. */
const clientId = "sandbox-connected-app";
const username = "steward@example.com.crm";

/** A running sandbox Salesforce. */
export interface Salesforce extends SystemServer {
  /** What the product signs in with. */
  readonly signIn: { clientId: string; username: string; privateKey: string; audience: string };
  /** Ends all sessions, as an admin does. */
  endSessions(): void;
  /** Changes a record as a user does in the browser. */
  edit(type: string, id: string, values: Readonly<Record<string, unknown>>): void;
}

const api = "/services/data/v62.0";

/** Starts a Salesforce with the sandbox's story: sign-in by signed statement, queries, records, sharing. */
export async function startSalesforce(): Promise<Salesforce> {
  const clock = new Clock();
  let world = new SalesforceWorld(clock);
  let sessions = new Set<string>();
  let count = 0;
  const audience = "https://login.salesforce.example";
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const auth = (call: Call): AuthState => {
    const given = /^Bearer (.+)$/i.exec(call.headers.authorization ?? "")?.[1];
    return given === undefined ? "missing" : sessions.has(given) ? "ok" : "wrong";
  };
  const route = (method: string, path: string, handle: (call: Call) => Reply): Route => ({
    method,
    path: `${api}${path}`,
    handle: (call) => {
      try {
        if (auth(call) !== "ok") {
          throw new SalesforceError(401, "INVALID_SESSION_ID", "Session expired or invalid");
        }
        return handle(call);
      } catch (error) {
        if (error instanceof SalesforceError) return error.reply;
        throw error;
      }
    },
  });
  const server = await startSystem({
    clock,
    feed: new Feed(() => clock.iso()),
    routes: [
      {
        method: "POST",
        path: "/services/oauth2/token",
        handle: (call) => {
          const refused = objection(call, publicKey.export({ type: "spki", format: "pem" }).toString(), {
            audience,
            now: clock.now(),
          });
          if (refused !== undefined) return json(400, { error: "invalid_grant", error_description: refused });
          const access_token = `00DSandbox!session-${++count}`;
          sessions.add(access_token);
          return json(200, { access_token, token_type: "Bearer", scope: "api", instance_url: "" });
        },
      },
      route("GET", "/query", (call) => {
        const records = runQuery(call.query.get("q") ?? "", world);
        return json(200, { totalSize: records.length, done: true, records });
      }),
      route("POST", "/sobjects/:type", (call) => {
        const { Id } = world.create(typeOf(call), valuesOf(call));
        return json(201, { id: Id, success: true, errors: [] });
      }),
      route("PATCH", "/sobjects/:type/:id", (call) => {
        const row = world.get(typeOf(call), call.param("id"));
        const unless = call.headers["if-unmodified-since"];
        if (unless !== undefined && Date.parse(row["LastModifiedDate"] as string) > Date.parse(unless)) {
          throw new SalesforceError(412, "PRECONDITION_FAILED", "Precondition failed");
        }
        world.update(row, valuesOf(call));
        return { status: 204, headers: {}, body: "" };
      }),
    ],
    unknown: () => json(404, [{ errorCode: "NOT_FOUND", message: "The requested resource does not exist" }]),
    auth,
    state: () => ({}),
    reset: () => {
      world = new SalesforceWorld(clock);
      sessions = new Set();
    },
    commands: [],
  });
  const signed = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return {
    ...server,
    signIn: { clientId, username, privateKey: signed, audience },
    endSessions: () => sessions.clear(),
    edit: (type, id, values) => world.update(world.get(type, id), values),
  };
}

const typeOf = (call: Call): string => {
  const type = call.param("type");
  if (objectTypes[type] !== undefined) return type;
  throw new SalesforceError(404, "NOT_FOUND", "The requested resource does not exist");
};

const valuesOf = ({ body }: Call): Readonly<Record<string, unknown>> => {
  if (typeof body === "object" && body !== null) return body as Readonly<Record<string, unknown>>;
  throw new SalesforceError(400, "JSON_PARSER_ERROR", "The HTTP entity body is required");
};

/** Why a sign-in is refused: Salesforce's own words; nothing where it is good. */
function objection(call: Call, publicKey: string, { audience, now }: { audience: string; now: number }) {
  const form = new URLSearchParams(call.raw);
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer")
    return "unsupported grant type";
  const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
  const good = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey),
    Buffer.from(signature, "base64url"),
  );
  if (!good) return "invalid assertion";
  const told = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
  if (told["iss"] !== clientId) return "client identifier invalid";
  if (told["aud"] !== audience) return "audience is invalid";
  if (told["sub"] !== username) return "user hasn't approved this consumer";
  const left = Number(told["exp"]) - now / 1000;
  return left > 0 && left <= 300 ? undefined : "expired authorization code";
}
