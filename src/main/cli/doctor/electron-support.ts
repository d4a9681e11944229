const SOURCE = 'https://releases.electronjs.org/schedule'

/** The day on which the table below was read from Electron's schedule and support policy: the three newest majors are supported. */
const AS_OF = '2026-12-01'
/** The oldest major with security support on that day, and the newest there was. */
const OLDEST_SUPPORTED = 43
const NEWEST = 45

/** The days on which majors lost their security support, from Electron's release schedule (docs/tutorial/electron-timelines). */
const ENDED: Readonly<Record<number, string>> = {
  31: '2025-01-07',
  32: '2025-03-04',
  33: '2025-04-29',
  34: '2025-06-24',
  35: '2025-09-02',
  36: '2025-10-28',
  37: '2026-01-13',
  38: '2026-03-10',
  39: '2026-05-05',
  40: '2026-06-30',
}

export interface ElectronSupport {
  /** The state of its security support; `unknown` where the table does not tell. */
  readonly state: 'ended' | 'supported' | 'unknown'
  /** All that is known, in one line, with its day. */
  readonly told: string
  readonly source: string
}

/** Tells whether an Electron has security support on a day. @param now milliseconds since the epoch */
export function electronSupport(version: string, now: number): ElectronSupport {
  const major = Number.parseInt(version, 10)
  const today = new Date(now).toISOString().slice(0, 10)
  const support = (state: ElectronSupport['state'], told: string) => ({ state, told, source: SOURCE })
  if (!(major > 0)) return support('unknown', 'security support: not known of this version')
  const day = ENDED[major]
  // A day that is not written down: it was before the table was made.
  if (major < OLDEST_SUPPORTED)
    return support(
      'ended',
      `Electron ${major} has had no security support since ${day ?? `before ${AS_OF}`}: holes that become known in it stay open`,
    )
  if (major > NEWEST)
    return support(
      'unknown',
      `security support: not known here, Electron ${major} is newer than the table of ${AS_OF}`,
    )
  return today <= AS_OF
    ? support('supported', `security support: yes, on ${AS_OF}`)
    : support('unknown', `security support: yes on ${AS_OF}; not known since`)
}
