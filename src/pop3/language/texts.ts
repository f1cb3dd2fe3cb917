// What the server says to people in its status lines, as one closed set: a language is whole or it does not compile.
// Programs read the words and numbers before these texts (RFC 1939 3), never the texts.

export interface Texts {
  readonly greeting: string;
  readonly goodbye: string;
  readonly nothingDone: string;
  readonly capabilities: string;

  readonly languages: string;
  readonly languageChosen: string;
  readonly languageUnknown: string;
  readonly utf8On: string;

  readonly beginTls: string;
  readonly tlsAlready: string;
  readonly tlsNotOffered: string;
  readonly tlsAfterUtf8: string;
  readonly tlsRequired: string;

  readonly nameNoted: string;
  readonly nameFirst: string;
  readonly mechanisms: string;
  readonly mechanismUnknown: string;
  readonly exchangeCancelled: string;
  readonly exchangeUnreadable: string;
  readonly credentialsWrong: string;
  readonly accountDisabled: string;
  readonly loginTooSoon: (seconds: number) => string;
  readonly loginThrottled: (seconds: number) => string;
  readonly tooManyFailedLogins: string;
  readonly tooManySessions: string;

  readonly maildrop: (messages: number, octets: number) => string;
  readonly message: (octets: number) => string;
  readonly top: (lines: number) => string;
  readonly uids: (messages: number) => string;
  readonly marked: (message: number) => string;
  readonly noSuchMessage: string;
  readonly messageMarked: string;
  readonly messageGone: string;
  readonly removed: (messages: number) => string;
  readonly movedToTrash: (messages: number) => string;
  readonly notRemoved: string;

  readonly unknownCommand: string;
  readonly badArgument: string;
  readonly loginFirst: string;
  readonly loggedInAlready: string;
  readonly lineTooLong: string;
  readonly tooManyErrors: string;

  readonly maildropMissing: string;
  readonly diskFull: string;
  readonly unavailable: string;
  readonly damaged: string;
  readonly readOnly: string;
  readonly refused: string;
  /** `id` finds the fault in the server's log. */
  readonly fault: (id: string) => string;
}
