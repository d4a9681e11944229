/** Longest job id, name and kind kept, in bytes of JSON: it keeps the files readable. */
export const MAX_NAME_LENGTH = 200
/** Longest trace, span and runtime id, in bytes of JSON: 32 hexadecimal digits, 20 decimal ones, a UUID. */
export const MAX_ID_LENGTH = 40
/** Longest error message kept, in bytes of JSON. */
export const MAX_MESSAGE_LENGTH = 2_000
/** Longest stack kept, in bytes of JSON: about ten frames. */
export const MAX_STACK_LENGTH = 2_000
