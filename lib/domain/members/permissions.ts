/** Who may do what: roles as data, one line per permission. A permission that is not in the table belongs to nobody. */
export const ROLES = ["admin", "operator", "support", "viewer"] as const;
export type Role = (typeof ROLES)[number];

const TABLE = {
  "fleet:read": ["admin", "operator", "support", "viewer"],
  "devices:read": ["admin", "operator", "support", "viewer"],
  "devices:write": ["admin", "operator"],
  /** Payload values. Support staff see metadata only. */
  "telemetry:read": ["admin", "operator", "viewer"],
  /** Payload values with a reason, which is audited. */
  "telemetry:reveal": ["admin", "operator", "support"],
  /** What the processes of the installation listen on, loopback and process numbers included. Counts stand in the signed statement. */
  "platform:read": ["admin", "operator"],
  "rejected:read": ["admin", "operator", "support"],
  /** What brokers did not allow: metadata, never payloads. */
  "refusals:read": ["admin", "operator", "support"],
  "tokens:read": ["admin", "operator", "support"],
  "tokens:grant": ["admin"],
  "tokens:revoke": ["admin"],
  /** Of the whole installation: the verbs also ask for an admin of every fleet. */
  "signing-keys:rotate": ["admin"],
  "keys:read": ["admin", "operator", "support"],
  "keys:rotate": ["admin"],
  "claims:read": ["admin", "operator", "support"],
  /** Makes claim codes and decides on devices that wait: what it lets in gets a token. */
  "claims:write": ["admin", "operator"],
  /** Assign, note, snooze and close; reading is devices:read. */
  "investigations:write": ["admin", "operator", "support"],
  /** Ask a device for a sign of life. */
  "devices:ping": ["admin", "operator", "support"],
  "commands:read": ["admin", "operator", "support", "viewer"],
  /** Ask a device to do something of its profile's catalogue. A dangerous one also needs a second person. */
  "commands:send": ["admin", "operator"],
  "commands:approve": ["admin"],
  /** What a profile's devices may be asked, and what of it is dangerous. */
  "commands:define": ["admin"],
  /** Begins a job over many devices; each kind also needs the permission of what it does (lib/domain/jobs/job-action.ts). */
  "jobs:start": ["admin", "operator", "support"],
  /** The second admin, where the fleet asks for four eyes. */
  "jobs:approve": ["admin"],
  "alerts:read": ["admin", "operator", "support", "viewer"],
  "alerts:acknowledge": ["admin", "operator", "support"],
  "alerts:configure": ["admin", "operator"],
  "channels:configure": ["admin"],
  "members:read": ["admin", "operator"],
  "members:write": ["admin"],
  "api-keys:write": ["admin"],
  "audit:read": ["admin", "support"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof TABLE;
export const PERMISSIONS = Object.keys(TABLE) as Permission[];

export function roleAllows(role: Role, permission: Permission): boolean {
  const roles: readonly Role[] | undefined = Object.hasOwn(TABLE, permission) ? TABLE[permission] : undefined;
  return roles?.includes(role) ?? false;
}

/** For error texts: "needs admin or operator". */
export function rolesWith(permission: Permission): readonly Role[] {
  return TABLE[permission];
}
