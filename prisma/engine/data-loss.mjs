// What a migration may destroy, read off its SQL: the engine's own evaluateDataLoss does not work as WebAssembly.

const RULES = [
  [/^DROP TABLE\s+(\S+)/i, (name) => `You are about to drop the table ${name}. All its data will be lost.`],
  [
    /^ALTER TABLE\s+(\S+)[\s\S]*DROP COLUMN\s+("[^"]+"|\w+)/i,
    (table, column) => `You are about to drop the column ${column} on the table ${table}. All its data will be lost.`,
  ],
  [
    /^ALTER TABLE\s+(\S+)[\s\S]*SET DATA TYPE/i,
    (table) => `You are about to change the type of a column on the table ${table}. Values that do not fit will fail.`,
  ],
  [/^ALTER TABLE\s+(\S+)[\s\S]*SET NOT NULL/i, (table) => `You are about to make a column on the table ${table} required. Existing NULL values will fail.`],
  [
    /^CREATE UNIQUE INDEX\s+(\S+)\s+ON\s+([^\s(]+)/i,
    (index, table) => `A unique index ${index} will be added on the table ${table}. Existing duplicate values will fail.`,
  ],
  [/^DROP TYPE\s+(\S+)/i, (name) => `You are about to drop the type ${name}.`],
  [/^ALTER TYPE\s+(\S+)[\s\S]*RENAME TO/i, (name) => `You are about to replace the enum ${name}. Removed values that are in use will fail.`],
];

/** The engine's answer to evaluateDataLoss for a script made by `diff`. */
export function dataLoss(script) {
  const statements = script
    .replace(/^--.*$/gm, "")
    .split(/;\s*$/m)
    .map((part) => part.trim())
    .filter(Boolean);
  const created = new Set(statements.flatMap((sql) => /^CREATE TABLE\s+(\S+)/i.exec(sql)?.[1] ?? []));
  const warnings = statements.flatMap((sql, stepIndex) =>
    RULES.flatMap(([pattern, say]) => {
      const found = pattern.exec(sql);
      // A table that this very migration makes has no rows to lose.
      return found && !found.slice(1).some((name) => created.has(name)) ? [{ stepIndex, message: say(...found.slice(1)) }] : [];
    }),
  );
  const unexecutableSteps = statements.flatMap((sql, stepIndex) => {
    const table = /^ALTER TABLE\s+(\S+)/i.exec(sql)?.[1];
    if (!table || created.has(table)) return [];
    const clauses = sql.split(/,\s*(?=(?:ADD|DROP|ALTER) COLUMN)/i);
    return clauses.flatMap((clause) => {
      const column = /ADD COLUMN\s+("[^"]+"|\w+)[\s\S]*NOT NULL/i.exec(clause)?.[1];
      if (!column || /DEFAULT|SERIAL/i.test(clause)) return [];
      return [
        { stepIndex, message: `Added the required column ${column} to the table ${table} without a default value. This fails when the table is not empty.` },
      ];
    });
  });
  return { migrationSteps: statements.length, warnings, unexecutableSteps };
}
