import { ROLES, type Role } from "@/lib/domain/members/permissions";

export const ROLE_WORDS: Record<Role, string> = {
  admin: "Everything: grants, members, keys, channels.",
  operator: "Watches, adds and changes devices, writes rules. No tokens, no members.",
  support: "Sees why a device is away, and the audit log. Never a measured value.",
  viewer: "Looks at devices, values and alerts.",
};

export const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: role }));
