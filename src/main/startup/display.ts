/** The switches by which Chromium runs on Linux without a display: headless alone asks for one to draw with the GPU. */
export const HEADLESS_SWITCHES = ['--ozone-platform=headless', '--disable-gpu'] as const

/** X servers of this machine: `:0`, `unix:10.0`. Another machine's, `host:0`, cannot be looked up. */
const LOCAL_X_SERVER = /^(?:unix)?:(\d+)(?:\.\d+)?$/

export interface DisplayQuestion {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** True if the command line chooses one of Chromium's platforms. */
  readonly isChosen: boolean
  /** Tells whether a local X server listens on a socket of that path. */
  readonly listens: (socket: string) => boolean
}

/**
 * Tells whether Chromium would look for a display in vain: it ends with SIGSEGV then, a moment after the app's first code.
 * Wayland without X11 is none for it before Electron 38.
 */
export function isDisplayMissing({ platform, env, isChosen, listens }: DisplayQuestion): boolean {
  if (platform !== 'linux' || isChosen) return false
  const display = env.DISPLAY?.trim() ?? ''
  if (display === '') return true
  const local = LOCAL_X_SERVER.exec(display)?.[1]
  return local !== undefined && !listens(`/tmp/.X11-unix/X${local}`)
}
