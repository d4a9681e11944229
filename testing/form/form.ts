/**
 * Tells whether the tests run in their long form, `npm run test:nightly`: all of the fault matrix, more of what depends on
 * chance, and every test on the packed app too.
 */
export function isLongForm(): boolean {
  return process.env.STUDIO_TESTS === 'long'
}

/** The number of times that something is tried: more in the long form. */
export function times(short: number, long: number): number {
  return isLongForm() ? long : short
}
