// @ts-check
import { execFile, spawnSync } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const NAME = 'hanzo-studio'
/** The folder that the app is installed to, which belongs to root. */
export const INSTALLED = `/opt/${NAME}`
/** The libraries that Electron's own package for Debian asks for, by the names from Debian 12 on. */
const DEPENDS = [
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libasound2 | libasound2t64',
  'libgbm1',
  'libxcomposite1',
  'libxdamage1',
  'libxrandr2',
  'libxkbcommon0',
]

/** dpkg's names of architectures. @type {Readonly<Record<string, string>>} */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }

/**
 * Makes a Debian package of a packed app with dpkg-deb alone: electron-builder's own target downloads a tool, which cannot be had
 * everywhere.
 * @param {object} options
 * @param {string} options.app the packed app's folder
 * @param {string} options.out the package's file
 * @param {string} options.version the app's
 * @param {string} options.arch Node's name of it
 * @param {string} options.maintainer name and address
 * @param {string} options.description one line
 */
export async function makeDeb({ app, out, version, arch, maintainer, description }) {
  const root = await mkdtemp(path.join(os.tmpdir(), 'studio-deb-'))
  try {
    // mkdtemp closes it to others; it becomes the root folder's mode.
    await chmod(root, 0o755)
    const inside = path.join(root, INSTALLED)
    await cp(app, inside, { recursive: true, verbatimSymlinks: true })
    await run('chmod', ['-R', 'u=rwX,go=rX', root])
    // Chromium's sandbox on kernels that let no ordinary user have a namespace: the helper gets one by root's rights.
    await chmod(path.join(inside, 'chrome-sandbox'), 0o4755)
    await put(root, `usr/share/applications/${NAME}.desktop`, DESKTOP_ENTRY)
    await mkdir(path.join(root, 'usr/bin'), { recursive: true })
    await symlink(`${INSTALLED}/${NAME}`, path.join(root, 'usr/bin', NAME))
    await put(
      root,
      'DEBIAN/control',
      `${[
        `Package: ${NAME}`,
        `Version: ${version}`,
        `Architecture: ${ARCHITECTURES[arch] ?? arch}`,
        `Maintainer: ${maintainer}`,
        'Section: graphics',
        'Priority: optional',
        `Depends: ${DEPENDS.join(', ')}`,
        `Description: ${description}`,
      ].join('\n')}\n`,
    )
    await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', root, out])
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const run = promisify(execFile)

/** @param {string} root @param {string} name @param {string} text */
async function put(root, name, text) {
  const file = path.join(root, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, text, { mode: 0o644 })
}

/** The switches are electron-builder.yml's: the app needs no display. */
const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Hanzo Studio
Exec=${INSTALLED}/${NAME} --ozone-platform=headless --disable-gpu %U
Terminal=false
Categories=Graphics;
`

/** Tells why no Debian package can be made here; `null` where one can. @param {NodeJS.Platform} platform @returns {string | null} */
export function withoutDpkg(platform) {
  if (platform === 'linux' && !spawnSync('dpkg-deb', ['--version']).error) return null
  return '--deb makes a Debian package with dpkg-deb, which is not on this machine: use it on Debian or Ubuntu; "npm run dist" makes this platform\'s installers'
}
