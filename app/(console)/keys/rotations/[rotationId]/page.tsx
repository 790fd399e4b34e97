import { RotationPage } from "@/components/keys/rotation-page";
import { memberPage } from "../../../member-page";

export default memberPage<{ rotationId: string }>(
  ({ rotationId }) => `/keys/rotations/${rotationId}`,
  ({ rotationId }) => <RotationPage rotationId={rotationId} />,
);
