import { cpSync } from 'node:fs'
import path from 'node:path'

const RELEASE = path.join(__dirname, '../../release')

export interface PackedApp {
  /** The whole app: on macOS the bundle, elsewhere the folder of its executable. */
  readonly folder: string
  readonly executable: string
  readonly resources: string
}

/** The unpacked app of this machine, where electron-builder puts it. */
export function packedApp(): PackedApp {
  if (process.platform === 'darwin') {
    return inFolder(path.join(RELEASE, process.arch === 'arm64' ? 'mac-arm64' : 'mac', 'Hanzo Studio.app'))
  }
  const prefix = process.platform === 'win32' ? 'win' : 'linux'
  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`
  return inFolder(path.join(RELEASE, `${prefix}${suffix}-unpacked`))
}

/** Copies the packaged app, for a test that changes it, into an existing folder. */
export function copyOfPackedApp(parent: string): PackedApp {
  const { folder } = packedApp()
  const copy = path.join(parent, path.basename(folder))
  // A framework of macOS is full of relative links.
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true })
  return inFolder(copy)
}

function inFolder(folder: string): PackedApp {
  if (process.platform === 'darwin') {
    const contents = path.join(folder, 'Contents')
    return {
      folder,
      executable: path.join(contents, 'MacOS/Hanzo Studio'),
      resources: path.join(contents, 'Resources'),
    }
  }
  const executable = process.platform === 'win32' ? 'Hanzo Studio.exe' : 'hanzo-studio'
  return { folder, executable: path.join(folder, executable), resources: path.join(folder, 'resources') }
}
