// @prisma/adapter-pg 7.10 with three of its faults worked around, so that the schema engine can work through it.
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import { connectionString, makeShadow } from "./database.mjs";

const CHAR_OID = 18;
const TEXT_OID = 25;

/** What SchemaEngine.new takes. `shadowUrl`: an existing database that may be emptied, instead of one made for the purpose. */
export function engineAdapter(url, shadowUrl) {
  const schema = new URL(url).searchParams.get("schema") ?? undefined;
  const open = async (target) => mend(await new PrismaPg({ connectionString: connectionString(target), max: 4 }, { schema }).connect());
  return bindMigrationAwareSqlAdapterFactory({
    provider: "postgres",
    adapterName: "@prisma/adapter-pg",
    connect: () => open(url),
    // Fault: the adapter's own helper hands over a database name beside the connection string, and the string wins: its shadow
    // is the main database. Ours has a connection string of its own.
    async connectToShadowDb() {
      if (shadowUrl) return emptied(await open(shadowUrl));
      const shadow = await makeShadow(url);
      const adapter = await open(shadow.url);
      const dispose = adapter.dispose.bind(adapter);
      adapter.dispose = async () => {
        await dispose();
        await shadow.drop();
      };
      return adapter;
    },
  });
}

async function emptied(adapter) {
  await adapter.executeScript("drop schema if exists public cascade; create schema public");
  return adapter;
}

function mend(adapter) {
  mendCharColumns(adapter);
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (...args) => mendCharColumns(await startTransaction(...args));
  // Fault: scripts are split at every semicolon, function bodies and strings too. One simple query takes a whole script.
  adapter.executeScript = async (script) => {
    try {
      await adapter.client.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}

/** Fault (prisma/orm#27403): columns of type "char" are refused. They go in as text and come out marked as characters. */
function mendCharColumns(queryable) {
  const queryRaw = queryable.queryRaw;
  queryable.queryRaw = async (query) => {
    let isChar = [];
    const view = Object.create(queryable, {
      performIO: {
        value: async (given) => {
          const result = await queryable.performIO(given);
          isChar = result.fields.map((field) => field.dataTypeID === CHAR_OID);
          const fields = result.fields.map((field, index) => (isChar[index] ? { ...field, dataTypeID: TEXT_OID } : field));
          return { rows: result.rows, rowCount: result.rowCount, fields };
        },
      },
    });
    const answer = await queryRaw.call(view, query);
    return { ...answer, columnTypes: answer.columnTypes.map((type, index) => (isChar[index] ? ColumnTypeEnum.Character : type)) };
  };
  return queryable;
}
