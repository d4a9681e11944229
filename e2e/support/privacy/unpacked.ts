import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, inflateSync } from 'node:zlib'

/** Any name and its text, with what is packed within it unpacked. */
export type Unpacked = readonly [name: string, text: string]

/** All bytes of a payload as text: itself, and every gzip or zlib stream in it, such as the profiles of an upload. */
export function unpacked(bytes: Buffer): string {
  const texts = [bytes.toString('latin1'), bytes.toString('utf8')]
  for (let at = bytes.indexOf(GZIP); at >= 0; at = bytes.indexOf(GZIP, at + 1)) {
    // Behind the last byte of a stream other parts of the payload may follow.
    const inner = attempt(() => gunzipSync(bytes.subarray(at))) ?? gunzipWithin(bytes, at)
    if (inner) texts.push(unpacked(inner))
  }
  const inner = attempt(() => inflateSync(bytes))
  if (inner) texts.push(unpacked(inner))
  return texts.join('\n')
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08])

/** A part of a form ends where its boundary begins. */
function gunzipWithin(bytes: Buffer, from: number): Buffer | null {
  for (let end = bytes.indexOf('\r\n--', from); end >= 0; end = bytes.indexOf('\r\n--', end + 1)) {
    const inner = attempt(() => gunzipSync(bytes.subarray(from, end)))
    if (inner) return inner
  }
  return null
}

/** Every request as it came: its address, its headers, its body. */
export function unpackedRequests(
  requests: readonly { readonly path: string; readonly headers: object; readonly body: Buffer }[],
): Unpacked[] {
  return requests.map(({ path: asked, headers, body }) => [
    asked,
    `${asked}\n${JSON.stringify(headers)}\n${unpacked(body)}`,
  ])
}

/** Every file below a folder. */
export function unpackedFiles(folder: string): Unpacked[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name)
      return [path.relative(folder, file), `${entry.name}\n${unpacked(readFileSync(file))}`]
    })
}

/** The place of a word, with what stands around it: in the report of a test that fails. */
export function occurrences(all: readonly Unpacked[], words: readonly string[]): string[] {
  return all.flatMap(([name, text]) =>
    words.flatMap((word) => {
      const at = text.indexOf(word)
      return at < 0
        ? []
        : [`${name}: …${JSON.stringify(text.slice(Math.max(0, at - 80), at + word.length + 20))}…`]
    }),
  )
}

function attempt(read: () => Buffer): Buffer | null {
  try {
    return read()
  } catch {
    return null
  }
}
