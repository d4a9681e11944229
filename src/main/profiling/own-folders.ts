import path from 'node:path'

/** The folder above `dist` or `src`, whichever of their subfolders this module runs from. */
function packageRoot(folder: string): string {
  const parent = path.dirname(folder)
  return parent === folder || ['dist', 'src'].includes(path.basename(folder)) ? parent : packageRoot(parent)
}

/** The folders of what runs in the backend's process ahead of it: bundled, and as its source maps name it. */
export const OWN_FOLDERS = ['dist', 'src'].map((folder) =>
  path.join(packageRoot(__dirname), folder, 'preload'),
)
