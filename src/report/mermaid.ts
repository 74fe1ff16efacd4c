/** Signs that Mermaid gives a meaning, and "%%", which begins comments and directives, as entities. */
export const mermaidText = (text: string): string => text.replace(/["#<>&;]|%(?=%|\{)/g, entity);

/** The same for text that stands without quotes. */
export const mermaidLine = (text: string): string => text.replace(/[#<>&;]|%(?=%|\{)/g, entity);

const entity = (sign: string): string => `#${sign.charCodeAt(0)};`;
