// FETCH responses for messages by number: from the view alone where that knows everything that is asked for, which costs
// next to nothing a message; else in slices with what is read for them.

import type { Progress } from "./command.ts";
import { type FetchOrder, type FetchOutcome, fetchMessages } from "./fetch-messages.ts";
import { fetchView, isViewAttribute, type ViewAttribute } from "./fetch-view.ts";
import type { SeqRanges } from "./message-set.ts";
import type { Selected } from "./session.ts";

export async function* fetchRanges(
  session: Selected,
  messages: SeqRanges,
  order: FetchOrder,
): AsyncGenerator<Progress, FetchOutcome> {
  const attributes = order.items.map(({ attribute }) => attribute);
  const viewAttributes = attributes.filter((attribute): attribute is ViewAttribute => isViewAttribute(attribute));
  if (viewAttributes.length < attributes.length) return yield* fetchMessages(session, messages, order);
  const gone = yield* fetchView(session, messages, { attributes: viewAttributes, above: order.above, to: order.to });
  return { gone, unknownEncoding: false, damage: null };
}
