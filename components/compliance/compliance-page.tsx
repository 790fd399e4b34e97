"use client";

import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsArrayOf, parseAsStringLiteral, useQueryState } from "nuqs";
import { EmptyState } from "@/components/ui/empty-state";
import { FilterChips } from "@/components/ui/filter-chips";
import { Loaded } from "@/components/ui/loaded";
import { PageHead } from "@/components/ui/page-head";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import { Time } from "@/components/ui/time/time";
import { PageTitle } from "@/lib/client/page-title";
import { complianceQuery } from "@/lib/client/queries/compliance";
import { useSession } from "@/lib/client/session";
import { COMPLIANCE_STATES } from "@/lib/domain/compliance/judgement";
import type { CompliancePack } from "@/lib/domain/compliance/pack";
import { LIMITS_TEXT, STANDARD_TITLES, STANDARDS } from "@/lib/domain/compliance/provision";
import classes from "./compliance.module.css";
import { COMPLIANCE_MARKS } from "./compliance-words";
import { ProvisionTable } from "./provision-table";

const SEEN = COMPLIANCE_STATES.filter((state) => state !== "not_covered");
const stateParser = parseAsArrayOf(parseAsStringLiteral(COMPLIANCE_STATES)).withDefault(SEEN);

/** Of which provisions can this system show something, and what does it show today? */
export function CompliancePage() {
  const { fleet } = useSession();
  const pack = useQuery(complianceQuery(fleet.id));
  const answer = pack.data ? pack.data.text : "Compliance evidence";
  return (
    <div className={classes.page}>
      <PageTitle answer="Compliance evidence" />
      <PageHead answer={answer} why={LIMITS_TEXT} actions={<PackMenu fleetId={fleet.id} />} />
      <Loaded query={pack} what="compliance evidence">
        {(data) =>
          data.facts.devices === 0 ? (
            <EmptyState framed title="No devices yet" actions={<Link href="/devices?add=1">Add a device</Link>}>
              Evidence is counted from the fleet's devices.
            </EmptyState>
          ) : (
            <Provisions pack={data} />
          )
        }
      </Loaded>
    </div>
  );
}

function Provisions({ pack }: { pack: CompliancePack }) {
  const [states, setStates] = useQueryState("state", stateParser.withOptions({ history: "replace", clearOnDefault: true }));
  return (
    <>
      <FilterChips
        legend="Show"
        chosen={states}
        onToggle={(key) => void setStates(COMPLIANCE_STATES.filter((one) => (one === key) !== states.includes(one)))}
        chips={COMPLIANCE_STATES.map((one) => ({ key: one, label: <StateMark {...COMPLIANCE_MARKS[one]} />, count: pack.counts[one] }))}
      />
      {STANDARDS.map((standard) => {
        const rows = pack.provisions.filter((one) => one.standard === standard && states.includes(one.state));
        return (
          <Panel
            key={standard}
            title={standard}
            aside={STANDARD_TITLES[standard]}
            flush
            footer={
              <>
                As of <Time at={pack.at} form="moment" />, for {pack.facts.devices.toLocaleString("en")} {pack.facts.devices === 1 ? "device" : "devices"}
              </>
            }
          >
            {rows.length > 0 ? (
              <ProvisionTable standard={standard} rows={rows} />
            ) : (
              <EmptyState title="No provision is in these states">Choose others above; each says how many it has.</EmptyState>
            )}
          </Panel>
        );
      })}
    </>
  );
}

const FORMATS = [
  { format: "pdf", label: "On paper (PDF, with the signed pack inside)" },
  { format: "jws", label: "Signed pack (JWS)" },
] as const;

function PackMenu({ fleetId }: { fleetId: string }) {
  return (
    <Menu>
      <Menu.Target>
        <Button>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, label }) => (
          <Menu.Item key={format} component="a" href={`/api/v1/compliance?${new URLSearchParams({ fleet: fleetId, format })}`} download>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
