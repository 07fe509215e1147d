/** Developer guide: sessions end after 15 idle minutes and after 8 hours at the latest. */
export const DEFAULT_SESSION_LIFECYCLE = { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 };
