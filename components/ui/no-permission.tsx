import { EmptyState } from "./empty-state";

/** The role of the reader may not see this: said plainly, with who may. */
export function NoPermission({ what, role, needs, framed }: { what: string; role?: string | undefined; needs?: readonly string[]; framed?: boolean }) {
  return (
    <EmptyState title={`Your role does not show ${what}`} framed={framed}>
      {role ? `You are signed in as ${role}. ` : ""}
      {needs && needs.length > 0 ? `It is open to ${needs.join(", ")}. ` : ""}
      An administrator of this fleet can change your role under Members.
    </EmptyState>
  );
}
