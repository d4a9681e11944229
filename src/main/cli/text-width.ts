/** ASCII that is printed, and the letters and punctuation of Europe's languages: one column each. */
const NARROW =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2581-\u2588]*$/

/** The number of columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth()(text)
}

/** Loads the library when a text needs it: its regular expressions alone take as long as a whole command otherwise does. */
function stringWidth(): typeof import('string-width').default {
  return require('string-width').default
}
