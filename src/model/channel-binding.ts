// Channel bindings (RFC 5056): what ties an authentication to the TLS connection under it.

/** Registered types: RFC 9266 for TLS 1.3; RFC 5929 3 for TLS 1.2 and 4 for both. */
export type ChannelBindingType = "tls-exporter" | "tls-unique" | "tls-server-end-point";

/** The binding data of one TLS connection, or undefined for a type that this connection cannot offer. */
export type ChannelBindings = (type: ChannelBindingType) => Uint8Array | undefined;
