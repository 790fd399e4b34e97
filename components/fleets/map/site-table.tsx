import { Button } from "@mantine/core";
import Link from "next/link";
import { type DataColumn, DataTable, RowActions, Sub } from "@/components/ui/data-table";
import { StateMark } from "@/components/ui/state-mark";
import { useSession } from "@/lib/client/session";
import type { MapSite } from "@/lib/domain/fleets/site-map-view";
import { siteWords } from "../site-words";
import { worstOf } from "./site-summary";
import classes from "./sites-page.module.css";

const SHOWN = 200;

interface SiteTableProps {
  sites: readonly MapSite[];
  chosen: string | null;
  onChoose: (site: MapSite) => void;
  onEdit: (siteId: string) => void;
}

/** The same sites as on the map, and those without a place. */
export function SiteTable({ sites, chosen, onChoose, onEdit }: SiteTableProps) {
  const { can } = useSession();
  const columns: DataColumn<MapSite>[] = [
    {
      key: "name",
      head: "Site",
      cell: (site) => (
        <>
          {site.latitude === null ? (
            site.name
          ) : (
            <button type="button" className={classes.choose} aria-pressed={site.id === chosen} onClick={() => onChoose(site)}>
              {site.name}
            </button>
          )}
          <Sub>
            {site.latitude === null || site.longitude === null ? "no place yet" : `${degrees(site.latitude, "N", "S")}, ${degrees(site.longitude, "E", "W")}`}
          </Sub>
        </>
      ),
    },
    {
      key: "state",
      head: "Devices",
      phone: "full",
      cell: (site) =>
        site.devices === 0 ? (
          "none"
        ) : (
          <>
            <Link href={`/devices?site=${site.id}`}>{site.devices.toLocaleString("en")}</Link>{" "}
            <StateMark state={worstOf(site)} word={siteWords(site.counts).text} />
          </>
        ),
    },
    ...(can("devices:write")
      ? [
          {
            key: "actions",
            head: <span className="visually-hidden">Actions</span>,
            align: "end" as const,
            tight: true,
            phone: "end" as const,
            cell: ({ id, name, latitude }: MapSite) => (
              <RowActions>
                <Button size="xs" aria-label={`${latitude === null ? "Place" : "Edit"} ${name}`} onClick={() => onEdit(id)}>
                  {latitude === null ? "Place" : "Edit"}
                </Button>
              </RowActions>
            ),
          },
        ]
      : []),
  ];
  return (
    <>
      <DataTable caption="Sites, where they are and how their devices are" columns={columns} rows={sites.slice(0, SHOWN)} rowKey={({ id }) => id} />
      {sites.length > SHOWN ? <p className={classes.more}>{`${SHOWN} of ${sites.length.toLocaleString("en")} shown. Find others by name.`}</p> : null}
    </>
  );
}

const degrees = (value: number, positive: string, negative: string) => `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;
