// The network that an attempt to log in counts for: one IPv4 address, or one IPv6 /64, which is what one customer has
// at least (RFC 6177) and within which addresses cost nothing.

/** `203.0.113.7`, or `2001:db8:0:1::/64`; text that is no IP address counts for itself. */
export function sourceNetwork(remoteAddress: string): string {
  const address = remoteAddress.toLowerCase().replace(/%.*$/, "");
  if (!address.includes(":")) return address;
  // RFC 4291 2.5.5.2: an IPv4-mapped address is that IPv4 address.
  const mapped = /^(?:::|(?:0{1,4}:){5})ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const [head = "", tail] = address.split("::", 2);
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  // RFC 4291 2.2: "::" stands for the zeros that are missing; a dotted tail for two groups.
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const network = [...before, ...zeros, ...after].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""));
  return `${network.join(":")}::/64`;
}

function groups(part: string): string[] {
  if (part === "") return [];
  return part.split(":").flatMap((group) => (group.includes(".") ? [group, ""] : [group]));
}
