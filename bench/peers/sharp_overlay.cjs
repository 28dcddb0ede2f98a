// The T-shirt job by sharp, its texts as one SVG of the canvas's size, as most programs do it: node sharp_overlay.cjs FOLDER OUT.png
"use strict"

const { lettering } = require("./jobs.cjs")
const { main } = require("./sharp.cjs")

function overlay(job) {
  const texts = job.texts.map((text, number) => lettering(job, text, number, text.box[0], text.box[1])).join("\n")
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${job.width}" height="${job.height}">${texts}</svg>`
  return [{ input: Buffer.from(svg), left: 0, top: 0 }]
}

main(overlay)
