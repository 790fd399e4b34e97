/** What asks: a pool, or a client within a transaction. */
export interface Queryable {
  query<T extends object>(text: string, values: unknown[]): Promise<{ rows: T[] }>;
}
