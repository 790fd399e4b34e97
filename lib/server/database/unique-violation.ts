/** Did a unique index refuse this write? (Prisma P2002; SQLSTATE 23505 of pg, which Prisma wraps as P2010 when the statement is ours.) */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  if (error.code === "P2002" || error.code === "23505") return true;
  return error.code === "P2010" && "meta" in error && /"(originalCode|code)":"23505"|UniqueConstraintViolation/.test(JSON.stringify(error.meta));
}
