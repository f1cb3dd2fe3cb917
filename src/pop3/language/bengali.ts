// The server's words in Bengali, in UTF-8 (RFC 6856 3.2).

import { bengaliNumber } from "../../model/language.ts";
import type { Texts } from "./texts.ts";

export const bengali: Texts = {
  greeting: "ডাকঘর POP3 সার্ভার প্রস্তুত",
  goodbye: "বিদায়",
  nothingDone: "কিছু করা হয়নি",
  capabilities: "সুবিধার তালিকা দেওয়া হলো",

  languages: "ভাষার তালিকা দেওয়া হলো",
  languageChosen: "সার্ভার এখন থেকে বাংলায় উত্তর দেবে",
  languageUnknown: "সার্ভার এই ভাষা জানে না",
  utf8On: "এখন থেকে UTF-8 চলবে",

  beginTls: "এবার TLS শুরু করুন",
  tlsAlready: "TLS আগে থেকেই চালু আছে",
  tlsNotOffered: "এখানে TLS নেই",
  tlsAfterUtf8: "STLS দিতে হয় UTF8-এর আগে",
  tlsRequired: "পাসওয়ার্ড শুধু TLS-এর মধ্যে নেওয়া হয়; আগে STLS দিন",

  nameNoted: "এবার পাসওয়ার্ড দিন",
  nameFirst: "আগে USER দিয়ে নাম জানান",
  mechanisms: "প্রমাণীকরণ পদ্ধতির তালিকা দেওয়া হলো",
  mechanismUnknown: "এখানে এই প্রমাণীকরণ পদ্ধতি নেই",
  exchangeCancelled: "প্রমাণীকরণ বাতিল হলো",
  exchangeUnreadable: "উত্তরটি পড়া গেল না",
  credentialsWrong: "নাম বা পাসওয়ার্ড ভুল",
  accountDisabled: "এই অ্যাকাউন্ট বন্ধ রাখা হয়েছে",
  loginTooSoon: (seconds) => `একটু আগেই লগইন করেছেন; ${bengaliNumber(seconds)} সেকেন্ড পরে আসুন`,
  loginThrottled: (seconds) => `বারবার ভুল লগইন হয়েছে; ${bengaliNumber(seconds)} সেকেন্ড পরে চেষ্টা করুন`,
  tooManySessions: "এই অ্যাকাউন্টের অনেক সংযোগ খোলা আছে; আগে একটি বন্ধ করুন",
  tooManyFailedLogins: "বারবার ভুল লগইন হয়েছে; বিদায়",

  maildrop: (messages, octets) => `${bengaliNumber(messages)}টি চিঠি (${bengaliNumber(octets)} বাইট)`,
  message: (octets) => `${bengaliNumber(octets)} বাইট`,
  top: (lines) => `শিরোনাম ও ${bengaliNumber(lines)}টি লাইন দেওয়া হলো`,
  uids: (messages) => `${bengaliNumber(messages)}টি চিঠির স্থায়ী পরিচয় দেওয়া হলো`,
  marked: (message) => `QUIT বললে ${bengaliNumber(message)} নম্বর চিঠিটি মুছে যাবে`,
  noSuchMessage: "এমন কোনো চিঠি নেই",
  messageMarked: "চিঠিটি মোছার জন্য চিহ্নিত করা আছে",
  messageGone: "চিঠিটি এর মধ্যে মুছে ফেলা হয়েছে",
  removed: (messages) => `${bengaliNumber(messages)}টি চিঠি মোছা হলো; বিদায়`,
  movedToTrash: (messages) => `${bengaliNumber(messages)}টি চিঠি ট্র্যাশে সরানো হলো; বিদায়`,
  notRemoved: "কিছুই মোছা হয়নি; পরে আবার চেষ্টা করুন",

  unknownCommand: "অজানা নির্দেশ",
  badArgument: "নির্দেশের সঙ্গে যা দেওয়ার কথা তা নেই বা ভুল",
  loginFirst: "আগে লগইন করুন",
  loggedInAlready: "এটি লগইনের আগে দিতে হয়",
  lineTooLong: "লাইনটি বেশি লম্বা",
  tooManyErrors: "বেশি ভুল হয়েছে; বিদায়",

  maildropMissing: "চিঠির বাক্সটি পাওয়া যায়নি",
  diskFull: "সার্ভারের ডিস্ক ভরে গেছে",
  unavailable: "চিঠির বাক্স এখন খোলা যাচ্ছে না; পরে আবার চেষ্টা করুন",
  damaged: "সার্ভারের ডিস্কে বাক্সের এই অংশটি নষ্ট হয়েছে",
  readOnly: "চিঠির বাক্সে এখন কিছু বদলানো যাবে না",
  refused: "এটি করা যাবে না",
  fault: (id) => `সার্ভারে একটি গোলমাল হয়েছে (${id})`,
};
