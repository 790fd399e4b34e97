import { wallDeviceSchema } from "@/lib/domain/fleets/wall-view";
import { findWallDevice } from "@/lib/server/fleets/read-wall";
import { route } from "@/lib/web/route";

export const GET = route({ summary: "Which device a letter of the wall stands for", verb: findWallDevice, output: wallDeviceSchema });
