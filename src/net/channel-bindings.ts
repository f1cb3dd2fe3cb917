// The channel bindings that a server's side of a TLS connection can give.

import { createHash, type X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { ChannelBindings } from "../model/channel-binding.ts";

/** Bindings of a connection whose handshake is done. */
export function channelBindingsOf(socket: TLSSocket): ChannelBindings {
  return (type) => {
    switch (type) {
      case "tls-exporter":
        return tlsExporter(socket);
      case "tls-unique":
        return tlsUnique(socket);
      case "tls-server-end-point":
        return serverEndPoint(socket.getX509Certificate());
    }
  };
}

// RFC 9266 2: label "EXPORTER-Channel-Binding", a zero-length context, 32 bytes. Section 3: with TLS 1.2 only under the
// extended master secret, which Node does not tell, so only with TLS 1.3.
function tlsExporter(socket: TLSSocket): Uint8Array | undefined {
  if (socket.getProtocol() !== "TLSv1.3") return undefined;
  return new Uint8Array(socket.exportKeyingMaterial(32, "EXPORTER-Channel-Binding", Buffer.alloc(0)));
}

// RFC 5929 3.1: the first Finished message of the handshake, which in a full one is the client's. It is not defined for
// TLS 1.3 (RFC 8446 C.5), and not safe on a resumed session without the extended master secret (RFC 7627 5.4).
function tlsUnique(socket: TLSSocket): Uint8Array | undefined {
  if (socket.getProtocol() !== "TLSv1.2" || socket.isSessionReused()) return undefined;
  const finished = socket.getPeerFinished();
  return finished === undefined ? undefined : new Uint8Array(finished);
}

// RFC 5929 4.1: the certificate hashed with the hash of its signature; SHA-256 where that is MD5 or SHA-1; undefined
// where the signature has no single hash.
function serverEndPoint(certificate: X509Certificate | undefined): Uint8Array | undefined {
  const signatureAlgorithm = certificate?.signatureAlgorithm?.toLowerCase() ?? "";
  const hash = /sha(?:-?1|-?(256|384|512))|md5/.exec(signatureAlgorithm);
  if (certificate === undefined || hash === null) return undefined;
  return new Uint8Array(
    createHash(`sha${hash[1] ?? "256"}`)
      .update(certificate.raw)
      .digest(),
  );
}
