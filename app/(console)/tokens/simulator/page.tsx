import { SimulatorPage } from "@/components/tokens/simulator-page";
import { memberPage } from "../../member-page";

export default memberPage("/tokens/simulator", () => <SimulatorPage />);
