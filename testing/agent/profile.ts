import * as v from 'valibot'

const EventSchema = v.looseObject({
  attachments: v.array(v.string()),
  start: v.string(),
  end: v.string(),
  family: v.string(),
  version: v.string(),
  tags_profiler: v.string(),
})

/** One profile upload: `event.json` and its attachments' bytes by file name. */
export interface Profile {
  readonly event: v.InferOutput<typeof EventSchema>
  readonly attachments: ReadonlyMap<string, Buffer>
}

/** Parses a `/profiling/v1/input` upload. Throws unless every attachment named in the event is there. */
export async function parseProfile(body: Buffer, contentType: string): Promise<Profile> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData()
  const attachments = new Map<string, Buffer>()
  let event: Profile['event'] | null = null
  for (const part of form.values()) {
    if (typeof part === 'string') throw new Error('A profile upload has a part without a file name')
    const bytes = Buffer.from(await part.arrayBuffer())
    if (part.name === 'event.json') event = v.parse(EventSchema, JSON.parse(bytes.toString()))
    else attachments.set(part.name, bytes)
  }
  if (event === null) throw new Error('A profile upload lacks event.json')
  const missing = event.attachments.filter((name) => !attachments.has(name))
  if (missing.length > 0) throw new Error(`A profile upload lacks ${missing.join(', ')}`)
  return { event, attachments }
}
