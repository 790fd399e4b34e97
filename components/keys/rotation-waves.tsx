import { DataTable } from "@/components/ui/data-table";
import { Panel } from "@/components/ui/panel";
import type { RotationDetail } from "@/lib/domain/encryption/rotation-view";
import { waveName } from "./rotation-words";

type Wave = RotationDetail["waves"][number];

/** Each wave with exact counts. */
export function RotationWaves({ rotation }: { rotation: RotationDetail }) {
  const count = (key: keyof Wave, head: string) => ({
    key,
    head,
    label: `${head}: `,
    align: "end" as const,
    tight: true,
    phone: "full" as const,
    cell: (row: Wave) => row[key].toLocaleString("en"),
  });
  return (
    <Panel title="Waves" flush>
      <DataTable
        caption="Waves of this rotation, with devices by how far they are"
        rows={rotation.waves}
        rowKey={({ wave }) => String(wave)}
        columns={[
          { key: "wave", head: "Wave", cell: ({ wave }) => waveName(wave, rotation) },
          { key: "state", head: "State", tight: true, phone: "end", cell: (row) => stateOf(row, rotation) },
          count("devices", "Devices"),
          count("usedOnWire", "Used"),
          count("away", "Away"),
          count("failed", "Failed"),
        ]}
      />
    </Panel>
  );
}

function stateOf({ wave, waiting, announced, received, away, failed }: Wave, { wave: newest, state }: RotationDetail): string {
  if (wave > newest) return state === "rolled_back" ? "Never begun" : "Not begun";
  if (waiting + announced + received - away > 0) return "Under way";
  return away + failed > 0 ? "Laggards left" : "Done";
}
