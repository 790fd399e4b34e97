// This build of cbor-x has no `new Function` in it: the console's policy for scripts forbids that.
import { Encoder, setSizeLimits, Tag } from "cbor-x/index-no-eval";

// Eight bytes may claim an array of thirty million: the library makes room for it before it looks for the rest. It has these
// limits for the whole process, so everything of ours comes through here.
const MOST = 2_000;
setSizeLimits({ maxArraySize: MOST, maxMapSize: MOST, maxObjectSize: MOST });

export { Encoder, Tag };
