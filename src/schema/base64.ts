// One class of characters repeated: an expression of groups would need memory for each group of a large Secret.
const CHARACTERS = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether a text is base64 with its padding, without line breaks. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && CHARACTERS.test(text);
