import { startFlags, type Flags } from "./flags.ts";
import { startFreezeCalendar, type FreezeCalendar } from "./freeze.ts";
import { startMail, type MailService } from "./mail.ts";
import { startOnCall, type OnCall } from "./oncall.ts";
import { startPayments, type Payments, type PaymentsOptions } from "./payments/index.ts";
import { startRates, type Rates } from "./rates.ts";
import { startLogs, type Logs } from "./signals/logs.ts";
import { startMetrics, type Metrics } from "./signals/metrics.ts";

/** The company's internal APIs, at work. */
export interface Apis {
  readonly payments: Payments;
  readonly mail: MailService;
  readonly metrics: Metrics;
  readonly logs: Logs;
  readonly onCall: OnCall;
  readonly freeze: FreezeCalendar;
  readonly flags: Flags;
  readonly rates: Rates;
  /** Addresses and tokens, by the names that tools/apis gives them. */
  readonly env: Readonly<Record<string, string>>;
  /** All of them: for faults, and to end the product. */
  readonly all: readonly (
    | Payments
    | MailService
    | Metrics
    | Logs
    | OnCall
    | FreezeCalendar
    | Flags
    | Rates
  )[];
  /** Back to the seed, all of them. */
  reset(): void;
  close(): Promise<void>;
}

export interface ApisOptions {
  readonly payments?: PaymentsOptions;
}

/** Starts every internal API on free ports of 127.0.0.1. */
export async function startApis(options: ApisOptions = {}): Promise<Apis> {
  const [payments, mail, metrics, logs, onCall, freeze, flags, rates] = await Promise.all([
    startPayments(options.payments),
    startMail(),
    startMetrics(),
    startLogs(),
    startOnCall(),
    startFreezeCalendar(),
    startFlags(),
    startRates(),
  ]);
  const all = [payments, mail, metrics, logs, onCall, freeze, flags, rates];
  return {
    ...{ payments, mail, metrics, logs, onCall, freeze, flags, rates, all },
    env: {
      PAYMENTS_URL: payments.url,
      PAYMENTS_TOKEN: payments.token,
      MAIL_URL: mail.url,
      MAIL_TOKEN: mail.token,
      METRICS_URL: metrics.url,
      METRICS_TOKEN: metrics.token,
      LOGS_URL: logs.url,
      LOGS_TOKEN: logs.token,
      ONCALL_URL: onCall.url,
      ONCALL_TOKEN: onCall.token,
      FREEZE_URL: freeze.url,
      FLAGS_URL: flags.url,
      FLAGS_TOKEN: flags.token,
      RATES_URL: rates.url,
    },
    reset: () => {
      for (const api of all) api.reset();
    },
    close: async () => {
      await Promise.all(all.map((api) => api.close()));
    },
  };
}
