// What each listener does with a connection: one adapter for all listeners of one kind, since it counts sessions.

import { utf8 } from "../base/bytes.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { AccountSessions } from "../directory/account-sessions.ts";
import { ImapServer } from "../imap/server.ts";
import type { Connection } from "../net/connection.ts";
import type { TlsContexts } from "../net/tls-contexts.ts";
import { Pop3Server, pop3RefusalLine } from "../pop3/server.ts";
import { SmtpServer, smtpRefusalLine } from "../smtp/server.ts";
import type { Observer } from "./observer.ts";
import type { ListenerPlan, ServerPlan } from "./server-plan.ts";
import type { Services } from "./services.ts";
import { systemClock, systemEntropy } from "./system.ts";

export interface Adapter {
  readonly serve: (connection: Connection) => Promise<void>;
  readonly refusalLine: Uint8Array;
}

export interface AdapterParts {
  readonly plan: ServerPlan;
  readonly services: Services;
  readonly delivery: Delivery;
  readonly sessions: AccountSessions;
  readonly tls: TlsContexts | undefined;
  readonly observer: Observer;
}

export class Adapters {
  readonly #parts: AdapterParts;
  readonly #adapters = new Map<string, Adapter>();

  constructor(parts: AdapterParts) {
    this.#parts = parts;
  }

  for(listener: ListenerPlan): Adapter {
    const { protocol, plaintext, tls } = listener;
    const kind = [protocol, plaintext, tls === "absent" ? "no TLS" : "TLS"].join(" ");
    const adapter = this.#adapters.get(kind) ?? adapterOf(listener, this.#parts);
    this.#adapters.set(kind, adapter);
    return adapter;
  }
}

function adapterOf({ protocol, plaintext, tls }: ListenerPlan, parts: AdapterParts): Adapter {
  const { plan, services, delivery, observer } = parts;
  const { mail, directory } = services;
  const common = {
    mail,
    credentials: directory,
    clock: systemClock,
    entropy: systemEntropy,
    startTls: tls === "absent" ? undefined : parts.tls,
    plaintext,
    sessions: parts.sessions,
  };
  switch (protocol) {
    case "imap": {
      const imap = new ImapServer({
        ...common,
        mail: services.sharing,
        directory,
        patience: plan.imapPatience,
        unauthenticate: plan.imapUnauthenticate,
        messagesPerCommandMax: plan.imapMessagesPerCommandMax,
        messageBytesMax: plan.messageBytesMax,
        report: (event) => observer.session("imap", event),
      });
      return {
        serve: imap.serve,
        refusalLine: utf8("* BYE [UNAVAILABLE] Too many connections; please try again later\r\n"),
      };
    }
    case "pop3": {
      const pop3 = new Pop3Server({
        ...common,
        directory,
        patience: plan.pop3Patience,
        loginDelaySeconds: plan.pop3LoginDelaySeconds,
        preferredLanguage: "en",
        implementation: "Dakghar",
        report: (event) => observer.session("pop3", event),
      });
      return { serve: pop3.serve, refusalLine: pop3RefusalLine };
    }
    case "submission":
    case "smtp":
    case "lmtp": {
      const smtp = new SmtpServer({
        ...common,
        service: protocol,
        reportsReach: plan.smarthost === undefined ? "accounts" : "anybody",
        messageBytesMax: plan.messageBytesMax,
        host: plan.hostName,
        delivery,
        report: (event) => observer.session(protocol, event),
      });
      return { serve: smtp.serve, refusalLine: smtpRefusalLine };
    }
  }
}
