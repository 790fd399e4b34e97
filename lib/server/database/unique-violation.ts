/** Did a unique index refuse this write? (Prisma P2002, SQLSTATE 23505.) */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "P2002" || error.code === "23505");
}
