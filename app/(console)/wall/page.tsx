import { WallPage } from "@/components/fleets/wall/wall-page";
import { memberPage } from "../member-page";

export default memberPage("/wall", () => <WallPage />);
