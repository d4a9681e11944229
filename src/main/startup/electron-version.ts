/** The oldest Electron that the monitor is made for: `peerDependencies` says the same. */
export const OLDEST_ELECTRON = 31

/**
 * The line about an Electron that is too old, or `null`.
 * @param version as in `process.versions.electron`: `undefined` outside of Electron
 */
export function tooOldElectron(version: string | undefined): string | null {
  const major = Number.parseInt(version ?? '', 10)
  if (!(major < OLDEST_ELECTRON)) return null
  return `studio-datadog-monitor needs Electron ${OLDEST_ELECTRON} or newer, and this is ${version}: it starts all the same, and what this Electron lacks does not work`
}
