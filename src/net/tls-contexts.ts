// What TLS connections are served with: a certificate for everyone and others by server name (RFC 6066 3), TLS 1.2 and
// up (RFC 8996, RFC 9325 3.1.1), session tickets that survive a reload. A reload changes what the next handshake gets;
// connections that stand keep what they have.

import { createSecureContext, type SecureContext, type TLSSocketOptions } from "node:tls";
import { tlsContextsMax } from "../base/limits.ts";
import { type CheckedPair, checkTlsPair, type TlsPair } from "./tls-pair.ts";

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

export interface TlsSettings {
  /** For clients that name no server, or one that is not ours. */
  readonly standard: TlsPair;
  /** Others, for the names that their certificates hold. */
  readonly others: readonly TlsPair[];
  readonly minVersion: TlsVersion;
}

export class TlsContexts {
  /** RFC 5077 4: the keys that tickets are sealed with, the same after a reload so that sessions go on. */
  readonly #ticketKeys: Buffer;
  #minVersion: TlsVersion = "TLSv1.2";
  #standard: CheckedPair | undefined;
  #byName = new Map<string, CheckedPair>();
  /** Made when first asked for, the least recently asked for first. */
  #contexts = new Map<CheckedPair, SecureContext>();

  /** `ticketKeys` are 48 unpredictable bytes. */
  constructor(ticketKeys: Uint8Array) {
    this.#ticketKeys = Buffer.from(ticketKeys);
  }

  /** Serves with `settings` from the next handshake on. Throws TlsFault and changes nothing when a pair is bad. */
  load(settings: TlsSettings, nowMs: number): readonly CheckedPair[] {
    const standard = checkTlsPair(settings.standard, nowMs);
    const others = settings.others.map((pair) => checkTlsPair(pair, nowMs));
    // OpenSSL has its own say, about key sizes for example: hear it now, not in a handshake.
    const contexts = new Map([standard, ...others].map((pair) => [pair, this.#makeContext(pair, settings.minVersion)]));
    this.#minVersion = settings.minVersion;
    this.#standard = standard;
    // The first that claims a name has it.
    const claims = [standard, ...others].flatMap((pair) => pair.names.map((name) => [name, pair] as const));
    this.#byName = new Map(claims.toReversed());
    this.#contexts = new Map([...contexts].slice(0, tlsContextsMax));
    return [standard, ...others];
  }

  /** The certificate for a server name: its own, a wildcard's (RFC 9525 6.3), or the one for everyone. */
  pairFor(serverName: string): CheckedPair {
    const name = serverName.toLowerCase();
    const pair = this.#byName.get(name) ?? this.#byName.get(`*${name.slice(name.indexOf("."))}`) ?? this.#standard;
    if (pair === undefined) throw new Error("no certificate is loaded");
    return pair;
  }

  /** Options of one server-side handshake. */
  serverOptions(): TLSSocketOptions {
    return {
      isServer: true,
      secureContext: this.#contextOf(this.pairFor("")),
      SNICallback: this.#chooseByName,
    };
  }

  readonly #chooseByName: NonNullable<TLSSocketOptions["SNICallback"]> = (serverName, answer) => {
    try {
      answer(null, this.#contextOf(this.pairFor(serverName)));
    } catch (error) {
      answer(error instanceof Error ? error : new Error("no context"));
    }
  };

  #contextOf(pair: CheckedPair): SecureContext {
    const context = this.#contexts.get(pair) ?? this.#makeContext(pair, this.#minVersion);
    this.#contexts.delete(pair);
    this.#contexts.set(pair, context);
    const [oldest] = this.#contexts.keys();
    if (this.#contexts.size > tlsContextsMax && oldest !== undefined) this.#contexts.delete(oldest);
    return context;
  }

  #makeContext({ pair }: CheckedPair, minVersion: TlsVersion): SecureContext {
    return createSecureContext({
      cert: Buffer.from(pair.certificate),
      key: Buffer.from(pair.key),
      minVersion,
      ticketKeys: this.#ticketKeys,
      sessionIdContext: "dakghar",
    });
  }
}
