"use client";

import { Button, Menu } from "@mantine/core";

const FORMATS = [
  { format: "csv", label: "CSV, for a spreadsheet" },
  { format: "jsonl", label: "JSON Lines, for a program" },
] as const;

/** The list as it is filtered now, as a file. */
export function ExportMenu({ filter }: { filter: Readonly<Record<string, string | undefined>> }) {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return (
    <Menu>
      <Menu.Target>
        <Button>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={`/api/v1/tokens/export?${new URLSearchParams([...given, ["format", format]])}`} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
