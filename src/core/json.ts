/** A JSON value: what works, ledger and audit hold. Dates, bigints and class instances are not JSON. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object, as tool arguments are. */
export type JsonObject = { [key: string]: Json };
