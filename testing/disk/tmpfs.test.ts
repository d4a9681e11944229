import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canMount, Tmpfs } from './tmpfs'

test('a disk that is full, free, read-only, writable and gone', async (context) => {
  const mountable = await canMount()
  if (!mountable.ok) return context.skip(mountable.reason)
  const disk = await Tmpfs.mount(256 * 1024)
  const file = join(disk.path, 'file')
  try {
    await writeFile(file, Buffer.alloc(4096))
    await disk.fill()
    await expect(writeFile(join(disk.path, 'other'), 'x')).rejects.toMatchObject({ code: 'ENOSPC' })
    await disk.free()
    await disk.fill({ leave: 8192 })
    await writeFile(file, Buffer.alloc(4096 + 8192))
    await expect(writeFile(file, Buffer.alloc(4096 + 8193))).rejects.toMatchObject({ code: 'ENOSPC' })
    await disk.free()
    await writeFile(file, 'kept')

    await disk.remount('ro')
    await expect(mkdir(join(disk.path, 'folder'))).rejects.toMatchObject({ code: 'EROFS' })
    expect(await readFile(file, 'utf8')).toBe('kept')
    await disk.remount('rw')
    await mkdir(join(disk.path, 'folder'))
  } finally {
    await disk.unmount()
  }
  expect(existsSync(disk.path)).toBe(false)
})
