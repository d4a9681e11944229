// Images in Buffers: outside V8's heap, which stays small.
const images = []

function keepImage() {
  images.push(Buffer.alloc(2 * 2 ** 20, 1))
}

setInterval(keepImage, 20)
