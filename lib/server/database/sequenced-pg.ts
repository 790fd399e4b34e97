import { PrismaPg } from "@prisma/adapter-pg";

type Adapter = Awaited<ReturnType<PrismaPg["connect"]>>;

/**
 * Prisma asks for several relations of one find at the same time, also within a transaction, which has one connection. pg puts them in a line
 * by itself today, warns, and will refuse in version 9: here they stand in line before pg sees them.
 */
export class SequencedPg extends PrismaPg {
  override async connect(): Promise<Adapter> {
    const adapter = await super.connect();
    const start = adapter.startTransaction.bind(adapter);
    adapter.startTransaction = async (isolation) => {
      const transaction = await start(isolation);
      const inLine = line();
      const [query, execute] = [transaction.queryRaw.bind(transaction), transaction.executeRaw.bind(transaction)];
      transaction.queryRaw = (statement) => inLine(() => query(statement));
      transaction.executeRaw = (statement) => inLine(() => execute(statement));
      return transaction;
    };
    return adapter;
  }
}

/** Runs tasks one after the other; a task that fails lets the next one begin. */
function line(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const mine = last.then(task, task);
    last = mine;
    return mine;
  };
}
