// The first message in a trial mailbox, in English and Bengali.

import type { Clock, Entropy } from "../../base/clock.ts";
import type { MailService } from "../../mailbox/mail-service.ts";
import { alternatives, composeMessage } from "../../mime/compose.ts";
import { noFlags } from "../../model/flags.ts";
import type { AccountId } from "../../model/ids.ts";
import { inboxName } from "../../model/mailbox-name.ts";

export interface Welcome {
  readonly account: AccountId;
  readonly address: string;
  readonly domain: string;
}

/** Puts it into the account's INBOX. */
export async function appendWelcome(
  mail: MailService,
  welcome: Welcome,
  { clock, entropy }: { readonly clock: Clock; readonly entropy: Entropy },
): Promise<void> {
  const bytes = composeMessage({
    from: { name: "Dakghar · ডাকঘর", address: `postmaster@${welcome.domain}` },
    to: [{ name: null, address: welcome.address }],
    subject: "Welcome to Dakghar · ডাকঘরে স্বাগতম",
    sentAtMs: clock.nowMs(),
    messageId: `welcome.${entropy.bytes(12).toHex()}@${welcome.domain}`,
    body: alternatives(plainText(), html()),
    boundarySeed: entropy.bytes(12).toHex(),
  });
  using opened = await mail.open(welcome.account);
  const sink = opened.newMessage();
  await sink.write(bytes);
  const message = await sink.finish();
  const inbox = await opened.find(inboxName);
  await opened.append(inbox.id, [{ message, flags: noFlags }]);
}

interface Letter {
  readonly language: string;
  readonly greeting: string;
  readonly paragraphs: readonly string[];
}

const letters: readonly Letter[] = [
  {
    language: "en",
    greeting: "Welcome to Dakghar!",
    paragraphs: [
      "This mailbox lives on your own machine. Open it in two mail programs at once, then flag or move this message in one of them: the other shows it before you have looked up.",
      "Every message is kept byte for byte as it came, and what you delete can be brought back for 30 days.",
      "“dakghar help” lists what else there is. “dakghar init” writes the configuration for a server that stays.",
    ],
  },
  {
    language: "bn",
    greeting: "ডাকঘরে স্বাগতম!",
    paragraphs: [
      "এই ডাকবাক্সটি আপনার নিজের কম্পিউটারেই থাকে। একসঙ্গে দুটি মেইল প্রোগ্রামে এটি খুলুন, তারপর একটিতে এই চিঠিটি চিহ্নিত করুন বা অন্য ফোল্ডারে সরান: চোখ ফেরানোর আগেই অন্যটিতে তা দেখা যাবে।",
      "প্রতিটি চিঠি যেমন এসেছিল হুবহু তেমনই রাখা হয়, আর মুছে ফেলা চিঠি ৩০ দিন পর্যন্ত ফিরিয়ে আনা যায়।",
      "আর কী কী আছে তা “dakghar help” জানায়। স্থায়ী সার্ভারের কনফিগারেশন লেখে “dakghar init”।",
    ],
  },
];

function plainText(): string {
  return letters.map(({ greeting, paragraphs }) => `${[greeting, ...paragraphs].join("\n\n")}\n`).join("\n\n");
}

function html(): string {
  const articles = letters.map(({ language, greeting, paragraphs }) => {
    const text = paragraphs.map((paragraph) => `<p>${paragraph}</p>\n`).join("");
    return `<article lang="${language}">\n<h1>${greeting}</h1>\n${text}</article>\n`;
  });
  return `<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>Dakghar</title>\n</head>\n<body>\n${articles.join("")}</body>\n</html>\n`;
}
