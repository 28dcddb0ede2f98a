// The T-shirt job by sharp: node sharp.cjs FOLDER OUT.png
// Text is SVG, one patch a layer; FONTCONFIG_FILE names the folder of fonts.
"use strict"

const { join } = require("node:path")
const sharp = require("sharp")
const { read, lettering } = require("./jobs.cjs")

/** The pixels, and what they are; `info.premultiplied` tells how they were worked on, not how they come. */
async function pixels(image) {
  const { data, info: { width, height, channels } } = await image.raw().toBuffer({ resolveWithObject: true })
  return { input: data, raw: { width, height, channels } }
}

async function badge(job) {
  const [left, top, width, height] = job.badge.box
  return { ...(await pixels(sharp(join(job.folder, job.badge.file)).resize(width, height, { fit: "fill", kernel: "linear" }))), left, top }
}

async function photo(job) {
  const { box: [x, y, width, height], turn, radius } = job.photo
  const card = Buffer.from(`<svg width="${width}" height="${height}"><rect width="${width}" height="${height}" rx="${radius}"/></svg>`)
  const cut = await pixels(sharp(join(job.folder, job.photo.file)).ensureAlpha().composite([{ input: card, blend: "dest-in" }]))
  const turned = await pixels(sharp(cut.input, { raw: cut.raw }).rotate(turn, { background: "#00000000" }))
  return { ...turned, left: Math.round(x - (turned.raw.width - width) / 2), top: Math.round(y - (turned.raw.height - height) / 2) }
}

/** A text with room for its stroke and shadow around its box, cut where the canvas ends. */
function patch(job, text, number) {
  const [x, y, width, height] = text.box
  const room = 3 * text.blur + text.stroke
  const [left, top] = [Math.max(0, x - room), Math.max(0, y - room)]
  const [right, bottom] = [Math.min(job.width, x + width + room), Math.min(job.height, y + height + room)]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${right - left}" height="${bottom - top}">
    ${lettering(job, text, number, x - left, y - top)}</svg>`
  return { input: Buffer.from(svg), left, top }
}

const patches = (job) => job.texts.map((text, number) => patch(job, text, number))

/** texts: what lays the job's texts, as layers of sharp. */
async function main(texts) {
  const job = read(process.argv[2])
  const layers = [await badge(job), await photo(job), ...texts(job)]
  await sharp({ create: { width: job.width, height: job.height, channels: 4, background: "#00000000" } })
    .composite(layers).withMetadata({ density: job.dpi }).png({ compressionLevel: 1 }).toFile(process.argv[3])
}

if (require.main === module) main(patches)

module.exports = { main }
