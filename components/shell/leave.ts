import { signOut } from "@/lib/client/commands/sign-in";

/** Ends the session and forgets everything this page knew, by leaving it. */
export function leave(): void {
  signOut().finally(() => location.assign("/sign-in"));
}
