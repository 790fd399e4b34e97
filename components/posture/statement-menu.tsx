"use client";

import { Button, Menu } from "@mantine/core";

const FORMATS = [
  { format: "jws", label: "Signed statement (JWS)" },
  { format: "json", label: "What is signed, with its signature (JSON)" },
  { format: "csv", label: "Every device, for a spreadsheet (CSV)" },
] as const;

/** The statement of this moment, about the whole fleet, to keep or to hand to somebody. */
export function StatementMenu({ fleetId }: { fleetId: string }) {
  return (
    <Menu>
      <Menu.Target>
        <Button>Export the statement</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={`/api/v1/posture/statement?${new URLSearchParams({ fleet: fleetId, format })}`} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
