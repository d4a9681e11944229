/**
 * Whether the tests run in their long form, `npm run test:nightly`: all of the fault matrix, more of what depends on
 * chance, and every test on the packed app too.
 */
export function isLongForm(): boolean {
  return process.env.STUDIO_TESTS === 'long'
}

/** How often something is tried: oftener in the long form. */
export function times(short: number, long: number): number {
  return isLongForm() ? long : short
}
