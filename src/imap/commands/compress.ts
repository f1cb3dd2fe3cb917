// COMPRESS (RFC 4978). DEFLATE is its one algorithm; the conversation begins the layer behind the OK. RFC 4978 3 has BAD for
// "COMPRESS already active"; COMPRESSIONACTIVE, its word for compression by another layer, says why.

import { afterLogin, command } from "../command.ts";
import { bad, ok } from "../completion.ts";
import { readCompress } from "../wire/compress-args.ts";

export const compress = command({
  name: "COMPRESS",
  states: afterLogin,
  numbering: ["seq"],
  parse: readCompress,
  async run(_session, _algorithm, { compression }) {
    if (compression === "active") return bad("Compression is active already", "COMPRESSIONACTIVE");
    return { ...ok("Compression begins"), next: { kind: "compress" } };
  },
});
