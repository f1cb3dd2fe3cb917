// Message identifiers (RFC 5322 3.6.4) out of Message-ID, References and In-Reply-To, bounded and in order.

const idCharactersMax = 998;

/** The identifiers in a value, without their angle brackets. Junk between them, which old programs write, is skipped. */
export function messageIds(value: string): string[] {
  const ids: string[] = [];
  for (let open = value.indexOf("<"); open !== -1; ) {
    const close = value.indexOf(">", open);
    if (close === -1) break;
    const start = value.lastIndexOf("<", close) + 1;
    const id = value.slice(start, close).replace(/[ \t\r\n]+/g, "");
    // An identifier without "@" is broken, but it is the same in all messages that name it.
    if (id !== "" && id.length <= idCharactersMax) ids.push(id);
    open = value.indexOf("<", close);
  }
  return ids;
}
