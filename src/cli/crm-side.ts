import type { Config } from "../config.ts";
import type { ServiceAccount } from "../http/credentials.ts";
import { jwtBearer } from "../http/jwt-bearer.ts";
import type { Http } from "../http/types.ts";
import type { CrmSettings } from "../../tools/crm/open.ts";

/** The CRM that is configured: its adapter's settings, and the account that signs for it. */
export interface CrmSide {
  settings: CrmSettings;
  /** None for the demo CRM, which lives in this process. */
  account: ServiceAccount | undefined;
}

/** `http` is asked for when somebody signs in, which is after it was made. */
export const crmSide = (crm: NonNullable<Config["crm"]>, http: () => Http): CrmSide => {
  if (crm.kind === "memory") return { settings: crm, account: undefined };
  const { url } = crm;
  if (crm.kind === "salesforce") {
    const { username: subject, ...signIn } = crm.signIn;
    const tokenUrl = `${url}/services/oauth2/token`;
    const session = jwtBearer({ system: "Salesforce", tokenUrl, subject, ...signIn }, http, Date.now);
    return {
      settings: { kind: "salesforce", url, sessionOver: () => session.drop() },
      account: { url, secret: () => session.secret() },
    };
  }
  const account = { url, secret: { header: "authorization", value: `Bearer ${crm.token}` } };
  const settings = crm.kind === "hubspot" ? { kind: crm.kind, url, sees: crm.sees } : { kind: crm.kind, url };
  return { settings, account };
};
