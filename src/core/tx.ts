/**
 * An open database transaction, as far as rooms outside store/ may see it: something to hand on, so that what
 * belongs together commits together. Only named queries of store/ (and the held saver) call `query`.
 * Queries that are given without waiting for one another go out together and run in the order in which they were given;
 * after one that failed the others fail too.
 */
export interface Tx {
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** Opens one transaction, commits when the work resolves, rolls back when it throws, and rethrows. */
export type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
