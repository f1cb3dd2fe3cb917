// COMPRESS (RFC 4978). DEFLATE is its one algorithm; the conversation begins the layer behind the OK. A second COMPRESS is NO
// with COMPRESSIONACTIVE, as other servers say it: the RFC has BAD for it, but then gives a client no word for why.

import { afterLogin, command } from "../command.ts";
import { no, ok } from "../completion.ts";
import { readCompress } from "../wire/compress-args.ts";

export const compress = command({
  name: "COMPRESS",
  states: afterLogin,
  numbering: ["seq"],
  parse: readCompress,
  async run(_session, _algorithm, { compression }) {
    if (compression === "active") return no("Compression is active already", "COMPRESSIONACTIVE");
    return { ...ok("Compression begins"), next: { kind: "compress" } };
  },
});
