import type { Places } from "./places";

/**
 * The service as systemd runs it: a user of its own that exists only meanwhile, no capability, nothing writable but its state
 * folder, and a kernel that refuses every listening socket (`SocketBindDeny`, systemd 249; older ones say that they do not know it).
 * The settings reach it as a credential, so that the file may stay root's: a claim code or a token stands in it.
 */
export function unitText({ node, places }: { node: string; places: Pick<Places, "program" | "config"> }): string {
  return `[Unit]
Description=Sallyport agent
Documentation=file:${places.config.path}
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart="${node}" "${places.program.path}" --config \${CREDENTIALS_DIRECTORY}/agent.json
LoadCredential=agent.json:${places.config.path}
DynamicUser=yes
StateDirectory=sallyport-agent
StateDirectoryMode=0700
UMask=0077
Restart=always
RestartSec=20
TimeoutStopSec=15

CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
SocketBindDeny=any

[Install]
WantedBy=multi-user.target
`;
}
