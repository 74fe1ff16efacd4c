/** A text as a regular expression that matches nothing else. go: regexp.QuoteMeta */
export const quoteMeta = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
