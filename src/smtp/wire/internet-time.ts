// Times as RFC 3339 5.6 writes them (date-time), which HOLDUNTIL has (RFC 4865 with its erratum 2040).

/** Milliseconds since 1970; undefined for anything else. A leap second is the second after it. */
export function parseInternetTime(text: string): number | undefined {
  const found = dateTime.exec(text);
  if (found === null) return undefined;
  const [, date = "", hour = "", minute = "", second = "", fraction = "0", zone = ""] = found;
  const leap = second === "60" ? 1_000 : 0;
  const day = `${date}T${hour}:${minute}:${leap > 0 ? "59" : second}`;
  const ms = Date.parse(`${day}${zone.toUpperCase()}`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(ms) || !new Date(Date.parse(`${day}Z`)).toISOString().startsWith(day)) return undefined;
  return ms + leap + Math.ceil(Number(fraction) * 1_000);
}

const dateTime =
  /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
