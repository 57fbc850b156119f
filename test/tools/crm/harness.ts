import { openCapabilities } from "../../../src/gate/capabilities.ts";
import { createHttp } from "../../../src/http/client.ts";
import { serviceCredentials } from "../../../src/http/credentials.ts";
import type { Http, Secret } from "../../../src/http/types.ts";
import type { PersonElsewhere } from "../../../src/core/principal.ts";
import type { CrmPort } from "../../../tools/crm/port.ts";
import { called, contextOf, type Who } from "./calling.ts";
import type { Harness } from "./contract.ts";

/** A port over a sandbox system: reads signed as the service, writes with the right to send. */
export function crmOver(
  url: string,
  secret: Secret | (() => Promise<Secret>),
  make: (http: Http) => CrmPort,
  elsewhere: (who: Who) => PersonElsewhere,
): Pick<Harness, "crm" | "read" | "write" | "close"> {
  const capabilities = openCapabilities();
  const http = createHttp({
    allow: [url],
    credentials: serviceCredentials({ crm: { url, secret } }),
    writes: capabilities.objection,
    wait: () => Promise.resolve(),
  });
  return {
    crm: make(http),
    read: (who, ask) => called(ask, contextOf(who, elsewhere(who))),
    write: (who, ask) => called(ask, contextOf(who, elsewhere(who)), capabilities),
    close: () => http.close(),
  };
}
