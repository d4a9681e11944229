/** Says whether a test may use something of the machine; if not, why. */
export type Availability = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Tries it once for real, as flags and user ids alone prove nothing in a container. */
export async function tryOut(use: () => Promise<void>): Promise<Availability> {
  if (process.platform !== 'linux') return { ok: false, reason: `needs Linux, this is ${process.platform}` }
  if (process.getuid?.() !== 0) return { ok: false, reason: 'needs root' }
  try {
    await use()
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: String(error) }
  }
}
