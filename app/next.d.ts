// The same types as Next's own next-env.d.ts, which exists only after its first run: `tsc` must not depend on that.
/// <reference types="next" />
/// <reference types="next/image-types/global" />
