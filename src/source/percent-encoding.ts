/** A text percent-encoded as UTF-8, for one component of a URI; half of a surrogate pair, which UTF-8 does not have, as U+FFFD. */
export const percentEncoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** A percent-encoded text as it was; one that is not encoded rightly stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
