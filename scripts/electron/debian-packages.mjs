// @ts-check

/**
 * Shared libraries that Electron 33 to 45 needs, by the start of their names, with the Debian package of
 * each.
 */
const PACKAGES = /** @type {const} */ ({
  'libgtk-3.so': 'libgtk-3-0',
  'libgdk-3.so': 'libgtk-3-0',
  'libgdk_pixbuf-2.0.so': 'libgdk-pixbuf-2.0-0',
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libasound.so': 'libasound2',
  'libgbm.so': 'libgbm1',
  'libdrm.so': 'libdrm2',
  'libatk-1.0.so': 'libatk1.0-0',
  'libatk-bridge-2.0.so': 'libatk-bridge2.0-0',
  'libatspi.so': 'libatspi2.0-0',
  'libcups.so': 'libcups2',
  'libdbus-1.so': 'libdbus-1-3',
  'libexpat.so': 'libexpat1',
  'libgcc_s.so': 'libgcc-s1',
  'libglib-2.0.so': 'libglib2.0-0',
  'libgobject-2.0.so': 'libglib2.0-0',
  'libgio-2.0.so': 'libglib2.0-0',
  'libcairo.so': 'libcairo2',
  'libpango-1.0.so': 'libpango-1.0-0',
  'libpangocairo-1.0.so': 'libpangocairo-1.0-0',
  'libudev.so': 'libudev1',
  'libxkbcommon.so': 'libxkbcommon0',
  'libX11.so': 'libx11-6',
  'libX11-xcb.so': 'libx11-xcb1',
  'libxcb.so': 'libxcb1',
  'libxcb-dri3.so': 'libxcb-dri3-0',
  'libXcomposite.so': 'libxcomposite1',
  'libXcursor.so': 'libxcursor1',
  'libXdamage.so': 'libxdamage1',
  'libXext.so': 'libxext6',
  'libXfixes.so': 'libxfixes3',
  'libXi.so': 'libxi6',
  'libXrandr.so': 'libxrandr2',
  'libXrender.so': 'libxrender1',
  'libXss.so': 'libxss1',
  'libXtst.so': 'libxtst6',
  'libxshmfence.so': 'libxshmfence1',
})

/** Packages renamed for 64-bit time in Debian 13 and Ubuntu 24.04 (the `t64` transition). */
const RENAMED = new Set([
  'libasound2',
  'libatk1.0-0',
  'libatk-bridge2.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libglib2.0-0',
  'libgtk-3-0',
])

/** Releases before that: a closed list, so that any later one counts as new. */
const BEFORE_T64 = new Set([
  ...['stretch', 'buster', 'bullseye', 'bookworm'],
  ...['xenial', 'bionic', 'focal', 'jammy', 'kinetic', 'lunar', 'mantic'],
])

/**
 * The system's release.
 * @param {string} osRelease text of `/etc/os-release`, see os-release(5)
 * @returns {{ isDebian: boolean, hasT64: boolean }} `isDebian` for Debian, Ubuntu and what is made from them
 */
export function debianRelease(osRelease) {
  const value = (/** @type {string} */ key) =>
    osRelease.match(new RegExp(`^${key}=["']?([^"'\n]*)`, 'm'))?.[1]?.trim() ?? ''
  const family = `${value('ID')} ${value('ID_LIKE')}`.split(/\s+/)
  const isDebian = family.includes('debian') || family.includes('ubuntu')
  const codename = value('UBUNTU_CODENAME') || value('DEBIAN_CODENAME') || value('VERSION_CODENAME')
  return { isDebian, hasT64: isDebian && !BEFORE_T64.has(codename) }
}

/**
 * The packages that contain missing libraries.
 * @param {readonly string[]} libraries like `libgtk-3.so.0`
 * @param {boolean} hasT64
 * @returns {{ packages: string[], unknown: string[] }} each once, sorted; `unknown` libraries have no package here
 */
export function packagesFor(libraries, hasT64) {
  /** @type {Set<string>} */
  const packages = new Set()
  const unknown = []
  for (const library of libraries) {
    const name = /** @type {Record<string, string>} */ (PACKAGES)[library.replace(/\.so(\..*)?$/, '.so')]
    if (!name) unknown.push(library)
    else packages.add(hasT64 && RENAMED.has(name) ? `${name}t64` : name)
  }
  return { packages: [...packages].sort(), unknown: unknown.sort() }
}
