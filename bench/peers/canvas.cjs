// The T-shirt job by @napi-rs/canvas: node canvas.cjs FOLDER OUT.png
"use strict"

const { writeFileSync } = require("node:fs")
const { join } = require("node:path")
const { createCanvas, GlobalFonts, loadImage } = require("@napi-rs/canvas")
const { read } = require("./jobs.cjs")

async function draw(job) {
  const canvas = createCanvas(job.width, job.height)
  const context = canvas.getContext("2d")
  context.drawImage(await loadImage(join(job.folder, job.badge.file)), ...job.badge.box)
  photo(context, job.photo, await loadImage(join(job.folder, job.photo.file)))
  for (const text of job.texts) letter(context, job, text)
  return canvas
}

function photo(context, { box: [x, y, width, height], turn, radius }, image) {
  context.save()
  context.translate(x + width / 2, y + height / 2)
  context.rotate((turn * Math.PI) / 180)
  context.beginPath()
  context.roundRect(-width / 2, -height / 2, width, height, radius)
  context.clip()
  context.drawImage(image, -width / 2, -height / 2, width, height)
  context.restore()
}

function letter(context, job, text) {
  GlobalFonts.registerFromPath(text.font, text.family)
  const [x, y, width] = text.box
  const at = [text.text, x + width / 2, y + text.baseline]
  context.font = `${text.weight} ${text.size}px "${text.family}"`
  context.textAlign = "center"
  context.lineJoin = "round"
  context.lineWidth = text.stroke
  context.strokeStyle = job.stroke
  context.fillStyle = text.fill
  context.shadowColor = job.shadow.color + Math.round(job.shadow.opacity * 255).toString(16).padStart(2, "0")
  ;[context.shadowOffsetX, context.shadowOffsetY] = job.shadow.offset
  context.shadowBlur = 2 * text.blur // the standard's sigma is half of it
  context.strokeText(...at)
  context.shadowColor = "transparent"
  context.fillText(...at)
}

async function main() {
  const job = read(process.argv[2])
  const canvas = await draw(job)
  writeFileSync(process.argv[3], await canvas.encode("png", { resolution: job.dpi }))
}

main()
