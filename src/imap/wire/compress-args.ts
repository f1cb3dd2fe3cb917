// COMPRESS (RFC 4978 5): `algorithm = "DEFLATE"`, in any case.

import type { ArgumentReader } from "./argument-reader.ts";
import { SyntaxFault } from "./syntax-fault.ts";

export function readCompress(args: ArgumentReader): "DEFLATE" {
  const algorithm = args.atom().toUpperCase();
  args.end();
  if (algorithm !== "DEFLATE") throw new SyntaxFault("Unknown compression");
  return algorithm;
}
