// Sockets that systemd opened for us (sd_listen_fds(3)): they begin at descriptor 3 and carry names.

/** What systemd puts into the environment, as app/ read it. */
export interface ActivationEnvironment {
  readonly listenPid: string | undefined;
  readonly listenFds: string | undefined;
  readonly listenFdNames: string | undefined;
}

const firstDescriptor = 3;

/** Descriptors by name; a name may have several. Empty when the sockets are meant for another process, or there are none. */
export function activatedSockets(
  environment: ActivationEnvironment,
  pid: number,
): ReadonlyMap<string, readonly number[]> {
  const { listenPid, listenFds = "", listenFdNames } = environment;
  const count = /^\d{1,4}$/.test(listenFds) ? Number(listenFds) : 0;
  if (listenPid !== String(pid) || count === 0) return new Map();
  const names = listenFdNames?.split(":") ?? [];
  const descriptors = Array.from({ length: count }, (_, at) => firstDescriptor + at);
  // sd_listen_fds_with_names(3): a socket without a name is called "unknown".
  return Map.groupBy(descriptors, (descriptor) => names[descriptor - firstDescriptor] || "unknown");
}
