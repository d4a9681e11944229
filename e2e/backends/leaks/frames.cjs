// Decoded frames of a video, large arrays of numbers, all retained.
const frames = []

function decodeFrame(number) {
  frames.push(new Array(250_000).fill(number + 0.5))
}

setImmediate(() => {
  for (let number = 0; ; number += 1) decodeFrame(number)
})
