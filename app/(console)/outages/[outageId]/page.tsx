import { OutagePage } from "@/components/outages/outage-page";
import { memberPage } from "../../member-page";

export default memberPage<{ outageId: string }>(
  ({ outageId }) => `/outages/${outageId}`,
  ({ outageId }) => <OutagePage outageId={outageId} />,
);
