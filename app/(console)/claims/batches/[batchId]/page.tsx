import { BatchPage } from "@/components/claims/batch-page";
import { memberPage } from "../../../member-page";

export default memberPage<{ batchId: string }>(
  ({ batchId }) => `/claims/batches/${batchId}`,
  ({ batchId }) => <BatchPage batchId={batchId} />,
);
