import type { Http } from "../../src/http/types.ts";
import { hubSpot } from "./hubspot.ts";
import type { HubSpotSettings } from "./hubspot-call.ts";
import { memoryCrm } from "./memory.ts";
import type { CrmPort } from "./port.ts";
import { salesforce } from "./salesforce.ts";
import type { SalesforceSettings } from "./salesforce-call.ts";
import { twenty } from "./twenty.ts";
import type { TwentySettings } from "./twenty-call.ts";

/** Which CRM is connected, and what its adapter needs besides the account that signs its requests. */
export type CrmSettings =
  | ({ kind: "hubspot" } & HubSpotSettings)
  | ({ kind: "salesforce" } & SalesforceSettings)
  | ({ kind: "twenty" } & TwentySettings)
  | { kind: "memory" };

export function openCrm(settings: CrmSettings, http: Http, now: () => number): CrmPort {
  switch (settings.kind) {
    case "hubspot":
      return hubSpot(settings, http, now);
    case "salesforce":
      return salesforce(settings, http, now);
    case "twenty":
      return twenty(settings, http, now);
    default:
      return memoryCrm(now);
  }
}
